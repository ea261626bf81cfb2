import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite struct DeskWatchTests {
    private let wall = WallTime(nanoseconds: 1_787_393_723_412_000_000)

    private func now(wall seconds: Int64, monotonic: Int64) -> (wall: WallTime, monotonic: MonotonicTime) {
        (wall + .seconds(seconds), MonotonicTime(nanoseconds: 0) + .seconds(monotonic))
    }

    @Test func `a deadline is a distance from where the alert was first seen`() {
        var watch = DeskWatch()
        watch.note("a", deadline: wall + .seconds(120), revision: 1, seen: .epoch, at: now(wall: 0, monotonic: 50))
        #expect(watch.next == now(wall: 0, monotonic: 170).monotonic)
        #expect(watch.due(at: now(wall: 0, monotonic: 169).monotonic, limit: 9) == [])
        #expect(watch.due(at: now(wall: 0, monotonic: 170).monotonic, limit: 9) == ["a"])
        // The wall clock was set; this alert's time goes on as it was.
        #expect(watch.now(of: "a", at: now(wall: 86_400, monotonic: 60)) == wall + .seconds(10))
        #expect(watch.now(of: "b", at: now(wall: 86_400, monotonic: 60)) == wall + .seconds(86_400))
        watch.note("a", deadline: wall + .seconds(420), revision: 2, seen: .epoch, at: now(wall: -3600, monotonic: 60))
        #expect(watch.next == now(wall: 0, monotonic: 470).monotonic)
    }

    @Test func `a clock that was set back while the daemon was away delays nothing beyond what was seen`() {
        var watch = DeskWatch()
        let deadline = wall + .seconds(120)
        watch.note("a", deadline: deadline, revision: 3, seen: wall + .seconds(100), at: now(wall: -3600, monotonic: 5))
        #expect(watch.next == now(wall: 0, monotonic: 25).monotonic)
    }

    @Test func `what is older than what is known is left out, and what is closed is forgotten`() {
        var watch = DeskWatch()
        for (revision, deadline) in [(2, 300), (1, 100)] as [(Int, Int64)] {
            let deadline = wall + .seconds(deadline)
            watch.note("a", deadline: deadline, revision: revision, seen: .epoch, at: now(wall: 0, monotonic: 0))
        }
        #expect(watch.next == now(wall: 0, monotonic: 300).monotonic)
        watch.forget("a")
        #expect(watch.next == nil && watch.count == 0)
    }

    @Test func `the longest due come first, and the oldest alerts are those beyond the limit`() {
        var watch = DeskWatch()
        var random = SplitMix(seed: 3)
        for number in (10..<40).shuffled(using: &random) {
            let deadline = wall + .seconds(Int64(number))
            watch.note("A\(number)", deadline: deadline, revision: 1, seen: .epoch, at: now(wall: 0, monotonic: 0))
        }
        #expect(watch.due(at: now(wall: 0, monotonic: 30).monotonic, limit: 3) == ["A10", "A11", "A12"])
        #expect(watch.oldest(beyond: 28) == ["A10", "A11"] && watch.oldest(beyond: 30) == [])
    }
}
