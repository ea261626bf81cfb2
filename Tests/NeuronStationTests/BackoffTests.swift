import NeuronCore
import NeuronStation
import NeuronTestSupport
import Testing

@Suite struct BackoffTests {
    @Test func `waits double from about one second to about a minute, and stay there`() {
        var backoff = Backoff()
        var random = SplitMix(seed: 3)
        let waits = (0..<50).map { _ in backoff.next(delivered: .zero, using: &random).seconds }
        #expect(waits[0] >= 1 && waits[0] <= 1.9)
        for (index, base) in [1.5, 3, 6, 12, 24, 48].enumerated() {
            #expect(waits[index] >= base * 0.75 - 0.2 && waits[index] <= base * 1.25)
        }
        #expect(waits.dropFirst(5).allSatisfy { (36...60).contains($0) })
        #expect(Set(waits.dropFirst(5)).count > 10)
    }

    @Test func `a session that delivered begins the series anew, one that hung up at once does not`() {
        var backoff = Backoff()
        var random = SplitMix(seed: 3)
        for _ in 0..<8 { _ = backoff.next(delivered: .seconds(2), using: &random) }
        #expect(backoff.next(delivered: .seconds(2), using: &random) > .seconds(30))
        #expect(backoff.next(delivered: .seconds(10), using: &random) < .seconds(2))
    }
}
