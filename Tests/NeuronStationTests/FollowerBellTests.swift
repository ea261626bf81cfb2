import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct FollowerBellTests {
    private let news: AsyncStream<Void>
    private let tell: AsyncStream<Void>.Continuation

    init() { (news, tell) = AsyncStream.makeStream(of: Void.self) }

    @Test func `without news it rings in its time, and not all the time`() async {
        let clock = ContinuousClock()
        let bell = FollowerBell(news, every: .milliseconds(50))
        let start = clock.now
        for _ in 0..<6 { #expect(await bell.wait()) }
        #expect(clock.now - start >= .milliseconds(250))
    }

    @Test func `news ring at once, and their end is its end`() async {
        let bell = FollowerBell(news, every: .seconds(3600))
        tell.yield()
        #expect(await bell.wait())
        tell.finish()
        #expect(await !bell.wait())
    }
}
