import NeuronCore
import Testing

@testable import NeuronConsole

@Suite struct TokenDeskTests {
    private let clock = HandClock()
    private let desk: TokenDesk

    init() { desk = TokenDesk(token: "0123456789abcdef", clock: clock) }

    private func isLetIn(_ text: String, from address: String = "a") -> ConsoleProblem.Code? {
        do throws(ConsoleProblem) {
            try desk.check(text.utf8, from: address)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: ["", "0", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF", "x123456789abcdef"])
    func `only the whole token is the token`(text: String) {
        #expect(isLetIn(text) == .unauthorized)
        #expect(isLetIn("0123456789abcdef") == nil)
    }

    @Test func `after ten wrong ones even the right one waits, and one is given back every six seconds`() {
        for _ in 0..<10 { #expect(isLetIn("wrong") == .unauthorized) }
        #expect(isLetIn("0123456789abcdef") == .tooManyRequests)
        #expect(isLetIn("0123456789abcdef", from: "b") == nil)
        clock.advance(by: .seconds(6))
        #expect(isLetIn("0123456789abcdef") == nil)
        #expect(isLetIn("wrong") == .unauthorized)
        #expect(isLetIn("wrong") == .tooManyRequests)
        clock.advance(by: .seconds(600))
        for _ in 0..<10 { #expect(isLetIn("wrong") == .unauthorized) }
        #expect(isLetIn("wrong") == .tooManyRequests)
    }

    @Test func `a flood from many addresses forgets those that have done least`() {
        for _ in 0..<10 { _ = isLetIn("wrong", from: "worst") }
        for number in 0..<5000 { _ = isLetIn("wrong", from: "\(number)") }
        #expect(isLetIn("0123456789abcdef", from: "worst") == .tooManyRequests)
    }

    @Test func `a session has an end, and there are only so many`() {
        let first = desk.beginSession()
        #expect(desk.isOpen(session: first) && first.utf8.count == 64)
        clock.advance(by: TokenDesk.sessionLength)
        #expect(!desk.isOpen(session: first))
        let oldest = desk.beginSession()
        clock.advance(by: .seconds(1))
        let others = (0..<64).map { _ in desk.beginSession() }
        #expect(!desk.isOpen(session: oldest) && others.allSatisfy { desk.isOpen(session: $0) })
        #expect(Set(others).count == 64)
        desk.end(session: others[0])
        #expect(!desk.isOpen(session: others[0]))
    }
}
