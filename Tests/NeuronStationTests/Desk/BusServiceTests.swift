import Logging
import NeuronBus
import NeuronCore
import NeuronOutbox
import NeuronTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import NeuronStation

/// The conversation with one broker, which here is a link that says when it has taken what.
@Suite(.timeLimit(.minutes(10))) struct BusServiceTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func service(
        _ link: SlowLink,
        _ rig: DeskRig,
        _ speaker: BusSpeaker,
        farewell: Duration = .seconds(600)
    ) -> BusService {
        BusService(
            link: link,
            desk: rig.desk,
            speaker: speaker,
            projections: ProjectionService([:], outbox: rig.outbox, speaker: speaker, logger: quiet),
            prompts: AsyncStream.makeStream(of: Void.self).continuation,
            logger: quiet,
            farewell: farewell
        )
    }

    private func publication(_ word: String) -> BusPublication { BusPublication(topic: word, payload: []) }

    @Test func `what waits to be said when the daemon stops is said`() async throws {
        let rig = try await DeskRig()
        let (link, speaker) = (SlowLink(takes: .milliseconds(2)), BusSpeaker(links: ["bus"]))
        let group = ServiceGroup(services: [service(link, rig, speaker)], logger: quiet)
        async let end: Void = group.run()
        while !link.said.contains(where: { $0.hasSuffix("state/armed") }) { await Task.yield() }
        speaker.say((0..<50).map { publication("last/\($0)") })
        await group.triggerGracefulShutdown()
        try await end
        #expect(link.said.filter { $0.hasPrefix("last/") } == (0..<50).map { "last/\($0)" })
    }

    @Test func `a broker that takes nothing holds up a stop for no longer than the farewell`() async throws {
        let rig = try await DeskRig()
        let (link, speaker) = (SlowLink(takes: .seconds(3600)), BusSpeaker(links: ["bus"]))
        let service = service(link, rig, speaker, farewell: .milliseconds(20))
        let group = ServiceGroup(services: [service], logger: quiet)
        async let end: Void = group.run()
        speaker.say([publication("one")])
        while !link.isBusy { await Task.yield() }
        await group.triggerGracefulShutdown()
        // The broker takes an hour; the limit of this suite is minutes.
        try await end
        #expect(link.said.isEmpty)
    }

    @Test func `a camera that has no picture now holds up no other message`() async throws {
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let rig = try await DeskRig(pictures: LatePicture(gate: gate))
        let (link, speaker) = (SlowLink(takes: .zero), BusSpeaker(links: ["bus"]))
        let group = ServiceGroup(services: [service(link, rig, speaker)], logger: quiet)
        async let end: Void = group.run()
        link.hear(try rig.command("snapshot", id: "picture"))
        link.hear(try rig.command("disarm", id: "other"))
        let deadline = SystemClock().monotonicNow() + .seconds(60)
        while !link.said.contains("nd/v1/\(DeskRig.subject)/rsp/other"), SystemClock().monotonicNow() < deadline {
            await Task.yield()
        }
        #expect(link.said.contains("nd/v1/\(DeskRig.subject)/rsp/other"))
        #expect(!link.said.contains("nd/v1/\(DeskRig.subject)/rsp/picture"))
        opening.finish()
        while !link.said.contains("nd/v1/\(DeskRig.subject)/rsp/picture") { await Task.yield() }
        await group.triggerGracefulShutdown()
        try await end
        await rig.outbox.close()
    }

    /// A camera that has a picture when it is let.
    private struct LatePicture: LivePictureSource {
        let gate: AsyncStream<Void>

        func latestPicture(of camera: SensorID, annotated: Bool) async -> LivePicture? {
            for await _ in gate {}
            return LivePicture(jpeg: [1], takenAt: DeskRig.onset, size: FrameSize(width: 1, height: 1))
        }

        func pictures(of camera: SensorID, annotated: Bool) -> AsyncStream<LivePicture> { AsyncStream { $0.finish() } }
    }

    @Test func `what changes while all is said again is said after it`() async throws {
        let rig = try await DeskRig()
        let (link, speaker) = (SlowLink(takes: .milliseconds(2)), BusSpeaker(links: ["bus"]))
        for _ in 0..<8 {
            _ = try await rig.desk.record([rig.incident()[0]])
            rig.clock.pass(1)
        }
        link.onFirst = { speaker.say([BusPublication(topic: "other", payload: [], isRetained: true)]) }
        let group = ServiceGroup(services: [service(link, rig, speaker)], logger: quiet)
        async let end: Void = group.run()
        while !link.said.contains("other") { await Task.yield() }
        await group.triggerGracefulShutdown()
        try await end
        // What changed while a page was said comes after it, or the older word would stay.
        let board = link.said.indices.filter { link.said[$0].contains("/alert/") }
        #expect(board.count == 8)
        #expect(try #require(link.said.firstIndex(of: "other")) > (try #require(board.last)))
    }
}

/// A broker that is connected from the start and takes its time.
private final class SlowLink: BusLink {
    let name = "bus"
    let messages: AsyncStream<BusMessage>
    let changes: AsyncStream<Void>
    private let entries: (AsyncStream<BusMessage>.Continuation, AsyncStream<Void>.Continuation)
    private let time: Duration
    private let state = Mutex((said: [String](), busy: false, onFirst: (@Sendable () -> Void)?.none))

    init(takes time: Duration) {
        self.time = time
        let (messages, message) = AsyncStream.makeStream(of: BusMessage.self)
        let (changes, change) = AsyncStream.makeStream(of: Void.self)
        (self.messages, self.changes, entries) = (messages, changes, (message, change))
        change.yield()
    }

    var pace: DeliveryPace { DeliveryPace(batchSize: 20, keepsOrder: false) }
    var condition: LinkCondition { LinkCondition(isConnected: true, connections: 1) }
    var said: [String] { state.withLock(\.said) }
    var isBusy: Bool { state.withLock(\.busy) }
    /// Called when the first thing is being said.
    var onFirst: (@Sendable () -> Void)? {
        get { state.withLock(\.onFirst) }
        set { state.withLock { $0.onFirst = newValue } }
    }

    /// Something comes from the broker.
    func hear(_ message: BusMessage) { entries.0.yield(message) }

    func open() async throws {}
    func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport { DeliveryReport() }

    func publish(_ publication: BusPublication) async throws {
        let first =
            publication.topic.contains("/alert/")
            ? state.withLock { state in
                defer { state.onFirst = nil }
                return state.onFirst
            } : nil
        first?()
        state.withLock { $0.busy = true }
        // Like a window's, this wait is not ended by a cancelled task.
        let time = time
        await Task.detached { try? await Task.sleep(for: time) }.value
        state.withLock { $0.said.append(publication.topic) }
    }

    func close() async {}
}
