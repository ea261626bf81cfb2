import NeuronCore
import NeuronIncidents
import Testing

@Suite struct CameraLinkTests {
    private func instant(_ seconds: Int64) -> CameraLink.Instant {
        CameraLink.Instant(
            monotonic: MonotonicTime(nanoseconds: 0) + .seconds(seconds),
            wall: WallTime.epoch + .seconds(seconds)
        )
    }

    private func link() -> WatchedLink { WatchedLink(CameraLink(holdOff: .seconds(10), start: instant(0))) }

    @Test func `a blip is no event`() {
        let link = link()
        #expect(link.picture(at: instant(1)) == nil)
        #expect(link.failed("ended", at: instant(2)) == nil)
        #expect(link.tick(at: instant(10)) == nil)
        #expect(link.picture(at: instant(10)) == nil)
        #expect(link.tick(at: instant(19)) == nil)
    }

    @Test func `a loss is told once when the hold-off has passed, and began with the last picture`() throws {
        let link = link()
        _ = link.picture(at: instant(5))
        _ = link.failed("timedOut", at: instant(9))
        let transition = try #require(link.tick(at: instant(15)))
        guard case .lost(let facts) = transition else { throw Unexpected(transition) }
        #expect(facts.onset == WallTime.epoch + .seconds(5))
        #expect(facts.lastPicture == WallTime.epoch + .seconds(5))
        #expect(facts.reason == "timedOut" && facts.attempts == 1 && facts.downTime == .seconds(10))
        #expect(link.tick(at: instant(16)) == nil)
        #expect(link.failed("timedOut", at: instant(17)) == nil)
    }

    @Test func `time in which the daemon was held up is no silence of the camera`() throws {
        let link = link()
        _ = link.picture(at: instant(5))
        link.note(failure: "timedOut")
        link.excuse(.seconds(100), at: instant(110))
        #expect(link.tick(at: instant(110)) == nil)
        #expect(link.tick(at: instant(114)) == nil)
        let transition = try #require(link.tick(at: instant(115)))
        guard case .lost(let facts) = transition else { throw Unexpected(transition) }
        #expect(facts.onset == WallTime.epoch + .seconds(5) && facts.downTime == .seconds(10) && facts.attempts == 1)
    }

    @Test func `a camera that was seen since is excused of nothing, and one that is to start later neither`() {
        let link = WatchedLink(CameraLink(holdOff: .seconds(10), start: instant(50)))
        link.excuse(.seconds(30), at: instant(40))
        _ = link.picture(at: instant(60))
        link.excuse(.seconds(30), at: instant(61))
        #expect(link.tick(at: instant(70)) == nil)
        #expect(link.tick(at: instant(71)) != nil)
    }

    @Test func `a camera that never came is lost since the start`() throws {
        let link = link()
        let transition = try #require(link.failed("notFound", at: instant(10)))
        guard case .lost(let facts) = transition else { throw Unexpected(transition) }
        #expect(facts.onset == .epoch && facts.lastPicture == nil && facts.reason == "notFound")
    }

    @Test func `a recovery tells how long it was down, and counting starts anew`() throws {
        let link = link()
        _ = link.tick(at: instant(10))
        let transition = try #require(link.picture(at: instant(100)))
        guard case .recovered(let facts) = transition else { throw Unexpected(transition) }
        #expect(facts.downTime == .seconds(100) && facts.time == WallTime.epoch + .seconds(100))
        #expect(link.tick(at: instant(109)) == nil)
        #expect(link.tick(at: instant(110)) != nil)
    }

    @Test func `the end of a loss counts the attempts of all of it`() throws {
        let link = link()
        for second in [5, 10, 20, 40] { _ = link.failed("timedOut", at: instant(Int64(second))) }
        let transition = try #require(link.picture(at: instant(60)))
        guard case .recovered(let facts) = transition else { throw Unexpected(transition) }
        #expect(facts.attempts == 4)
    }

    @Test func `a step of the wall clock loses no camera`() {
        let link = link()
        _ = link.picture(at: instant(1))
        let stepped = CameraLink.Instant(
            monotonic: MonotonicTime(nanoseconds: 2_000_000_000),
            wall: WallTime.epoch + .seconds(86_400)
        )
        #expect(link.tick(at: stepped) == nil)
    }

    @Test func `a loss is closed at a stop, and nothing is where there is none`() throws {
        let link = link()
        #expect(link.end(at: instant(1), because: .shutdown) == nil)
        _ = link.tick(at: instant(10))
        let transition = try #require(link.end(at: instant(12), because: .shutdown))
        guard case .abandoned(let facts, .shutdown) = transition else { throw Unexpected(transition) }
        #expect(facts.downTime == .seconds(12))
    }
}

struct Unexpected: Error {
    let value: String

    init(_ value: some Any) { self.value = "\(value)" }
}

/// A link whose steps can stand inside an expectation.
private final class WatchedLink {
    private var link: CameraLink

    init(_ link: CameraLink) { self.link = link }

    func picture(at now: CameraLink.Instant) -> CameraTransition? { link.picture(at: now) }
    func note(failure reason: String) { link.note(failure: reason) }
    func excuse(_ span: TimeSpan, at now: CameraLink.Instant) { link.excuse(span, at: now) }
    func failed(_ reason: String, at now: CameraLink.Instant) -> CameraTransition? { link.failed(reason, at: now) }
    func tick(at now: CameraLink.Instant) -> CameraTransition? { link.tick(at: now) }
    func end(at now: CameraLink.Instant, because reason: EndReason) -> CameraTransition? {
        link.end(at: now, because: reason)
    }
}
