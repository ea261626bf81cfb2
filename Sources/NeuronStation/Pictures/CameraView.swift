import NeuronConfiguration
import NeuronCore
import NeuronMedia
import Synchronization

/// The live view of one camera, for as long as somebody watches.
///
/// It has a decoder of its own, so that detection goes on as it would: an idle camera decodes a keyframe now and then, and a
/// viewer wants every picture. While nobody watches it keeps one keyframe and looks at no packet. All viewers share what is
/// encoded.
final class CameraView: DecodeWork {
    let camera: CameraConfiguration
    let isScheduled = Atomic<Bool>(false)
    private let board: Mutex<ViewBoard>
    private let studio: Mutex<ViewStudio>
    /// What ``ViewBoard/isWatched`` says, for those who only want to know that; written under the board's lock.
    private let isWatched = Atomic<Bool>(false)
    private let pool: DecodePool
    private let clock: any NeuronClock
    /// Is told of the end.
    private let leave: @Sendable (CameraView) -> Void

    /// What is asked of one picture when nobody knows whether there will be one.
    private static let patience = Duration.seconds(4)
    /// A picture that is not older than this is the latest one.
    private static let fresh = TimeSpan.seconds(1)

    /// Makes a view that nobody watches.
    ///
    /// - Parameters:
    ///   - plan: the camera's.
    ///   - pool: decodes for all views.
    ///   - clock: tells how long ago somebody asked.
    ///   - leave: is called when the camera runs no more.
    init(
        _ plan: CameraPlan,
        pool: DecodePool,
        clock: any NeuronClock,
        leave: @escaping @Sendable (CameraView) -> Void
    ) {
        self.leave = leave
        camera = plan.camera
        self.pool = pool
        self.clock = clock
        board = Mutex(ViewBoard())
        studio = Mutex(ViewStudio(plan))
    }

    // MARK: - The camera's side

    /// Whether anybody watches; costs nothing to ask.
    var isWanted: Bool { isWatched.load(ordering: .relaxed) }

    /// Whether a viewer has come and nothing has been decoded for it: ``begin(with:)`` is to be called with the next packet.
    var wantsToBegin: Bool { isWanted && board.withLock { $0.stage == .wanted } }

    /// A stream begins.
    func open(_ parameters: DecoderParameters) {
        board.withLock { $0.open(parameters) }
    }

    /// Takes the packets from the latest keyframe on, if somebody has kept them, and the one that came last.
    func begin(with packets: [CompressedPacket], endingWith last: ViewPacket) {
        let kept = packets.map { packet in
            let ago = last.packet.presentationTime - packet.presentationTime
            return ViewPacket(packet: packet, takenAt: last.takenAt - ago)
        }
        let now = clock.monotonicNow()
        let hasWork = board.withLock { board in
            let hasBegun = board.begin(with: kept)
            // Where nothing is kept, the last packet may be a keyframe itself, or has to wait for one.
            return kept.isEmpty ? board.take(last, at: now) || hasBegun : hasBegun
        }
        if hasWork { pool.submit(self) }
    }

    /// Takes the stream's next packet.
    func take(_ packet: ViewPacket) {
        guard isWanted || packet.packet.facts.isKeyframe else { return }
        let now = clock.monotonicNow()
        if board.withLock({ $0.take(packet, at: now) }) { pool.submit(self) }
        settle(at: now)
    }

    /// Takes what the detector said last.
    func note(_ sight: PictureSight) { board.withLock { $0.sight = sight } }

    /// Lets time pass: a camera that sends nothing is not watched for ever.
    func tick() {
        if isWanted { settle(at: clock.monotonicNow()) }
    }

    /// Ends everybody's view for good.
    func close() {
        leave(self)
        for viewer in board.withLock({ $0.close() }) { viewer.finish() }
        settle(at: clock.monotonicNow())
    }

    /// Goes to sleep where nobody has asked for a while.
    private func settle(at now: MonotonicTime) {
        let (isWatched, hasChanged) = board.withLock { board in
            let before = board.isWatched
            board.settle(at: now)
            self.isWatched.store(board.isWatched, ordering: .relaxed)
            return (board.isWatched, before != board.isWatched)
        }
        guard hasChanged else { return }
        if !isWatched { pool.submit(self) }
    }

    // MARK: - The viewer's side

    /// The latest picture; waits for one for some seconds.
    func latest(annotated isAnnotated: Bool) async -> LivePicture? {
        let now = clock.monotonicNow()
        if let known = board.withLock({ $0.latest(isAnnotated, youngerThan: Self.fresh, at: now) }) { return known }
        guard let pictures = watch(annotated: isAnnotated) else { return nil }
        let (stream, continuation) = pictures
        let end = Task {
            try? await Task.sleep(for: Self.patience)
            continuation.finish()
        }
        defer {
            end.cancel()
            continuation.finish()
        }
        for await picture in stream { return picture }
        return nil
    }

    /// Pictures as they come; nil where too many are watching, or the camera is gone.
    func pictures(annotated isAnnotated: Bool) -> AsyncStream<LivePicture>? {
        watch(annotated: isAnnotated)?.stream
    }

    private func watch(
        annotated isAnnotated: Bool
    ) -> (stream: AsyncStream<LivePicture>, continuation: AsyncStream<LivePicture>.Continuation)? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: LivePicture.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let viewer = ViewBoard.Viewer(pictures: continuation, isAnnotated: isAnnotated)
        let now = clock.monotonicNow()
        let added = board.withLock { board in
            let id = board.add(viewer, at: now)
            if id != nil { isWatched.store(true, ordering: .relaxed) }
            return id
        }
        guard let id = added else { return nil }
        continuation.onTermination = { [weak self] _ in self?.leave(id) }
        return (stream, continuation)
    }

    private func leave(_ id: Int) {
        let now = clock.monotonicNow()
        board.withLock { $0.remove(id, at: now) }
    }

    // MARK: - The worker's side

    var hasWork: Bool { board.withLock { $0.hasWork } }

    /// Packets of one turn, so that no view waits long for another one.
    private static let turn = 16

    func work() {
        studio.withLock { studio in
            let now = clock.monotonicNow()
            let job = board.withLock { $0.job(atMost: Self.turn, at: now) }
            guard job.isWatched else { return studio.close() }
            for (index, step) in job.steps.enumerated() {
                switch step {
                case .open(let parameters): studio.open(parameters)
                case .packet(let packet):
                    let isBehind = job.isBehind || index + 8 < job.steps.count
                    let wanted = ViewStudio.Wanted(
                        variants: isBehind ? [] : job.variants,
                        interval: job.interval,
                        sight: job.sight
                    )
                    studio.decode(packet, wanted, clock: clock) { publish($0, $1) }
                }
            }
        }
    }

    /// Who watches now.
    var viewerCount: Int { board.withLock { $0.viewerCount } }

    private func publish(_ isAnnotated: Bool, _ picture: LivePicture) {
        let now = clock.monotonicNow()
        let viewers = board.withLock { $0.publish(isAnnotated, picture, at: now) }
        for viewer in viewers { viewer.yield(picture) }
    }
}

/// A packet on its way to a view.
struct ViewPacket: Sendable {
    var packet: CompressedPacket
    /// When the picture was taken that it shows.
    var takenAt: WallTime
}
