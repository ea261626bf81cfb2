import NeuronCore
import NeuronMedia

/// Who watches one camera, what waits to be decoded for them and what they have been shown last.
///
/// A value, kept under a lock.
struct ViewBoard {
    /// Somebody who watches.
    struct Viewer: Sendable {
        var pictures: AsyncStream<LivePicture>.Continuation
        var isAnnotated: Bool
    }

    /// How far a view has come.
    enum Stage: Sendable {
        /// Nobody watches.
        case asleep
        /// Somebody does, and the next packet begins it.
        case wanted
        /// Nothing can be decoded up to the next keyframe.
        case waiting
        case running
    }

    /// What the decoder is to do next.
    enum Step: Sendable {
        case open(DecoderParameters)
        case packet(ViewPacket)
    }

    /// One turn of a worker.
    struct Job: Sendable {
        var isWatched: Bool
        var steps: [Step]
        /// Whether more waits than one turn takes.
        var isBehind: Bool
        /// Which kinds of pictures are asked for: annotated or not.
        var variants: [Bool]
        /// From one picture to the next at least.
        var interval: TimeSpan
        var sight: PictureSight?
    }

    private(set) var stage = Stage.asleep
    var sight: PictureSight?
    private var parameters: DecoderParameters?
    private var keyframe: ViewPacket?
    private var viewers: [Int: Viewer] = [:]
    private var count = 0
    private var steps: [Step] = []
    private var byteCount = 0
    private var mustClose = false
    private var isOver = false
    /// When somebody wanted pictures last, by whether they are annotated; the same of the latest pictures.
    private var asked: [Bool: MonotonicTime] = [:]
    private var latest: [Bool: (picture: LivePicture, made: MonotonicTime)] = [:]

    /// Nobody has asked for so long: then nothing is decoded any more.
    private static let patience = TimeSpan.seconds(10)
    /// Viewers of one camera, of streams and of single pictures together.
    private static let mostViewers = 16
    /// For a stream five pictures a second, and for who asks again and again as many as are called the latest.
    private static let (stream, single) = (TimeSpan.milliseconds(200), TimeSpan.milliseconds(800))
    private static let mostPackets = 512
    private static let mostBytes = 16 << 20

    var isWatched: Bool { stage != .asleep }

    // MARK: - Packets

    mutating func open(_ parameters: DecoderParameters) {
        self.parameters = parameters
        keyframe = nil
        sight = nil
        drop()
        guard stage != .asleep else { return }
        steps.append(.open(parameters))
        stage = .waiting
    }

    /// - Returns: whether there is something to decode.
    mutating func begin(with packets: [ViewPacket]) -> Bool {
        guard stage == .wanted, let parameters else { return false }
        drop()
        let bytes = packets.reduce(0) { $0 + $1.packet.byteCount }
        let isWhole = packets.first?.packet.facts.isKeyframe == true && packets.count <= Self.mostPackets / 2
        let start = isWhole && bytes <= Self.mostBytes / 2 ? packets : keyframe.map { [$0] } ?? []
        steps = [.open(parameters)] + start.map { .packet($0) }
        byteCount = start.reduce(0) { $0 + $1.packet.byteCount }
        // What lies between a single keyframe and now is not to be had.
        stage = isWhole && !start.isEmpty ? .running : .waiting
        return true
    }

    /// - Returns: whether there is something to decode.
    mutating func take(_ packet: ViewPacket, at now: MonotonicTime) -> Bool {
        let isKeyframe = packet.packet.facts.isKeyframe
        if isKeyframe { keyframe = packet }
        switch stage {
        case .asleep, .wanted: return false
        case .waiting where !isKeyframe: return false
        case .waiting, .running: break
        }
        if steps.count >= Self.mostPackets || byteCount + packet.packet.byteCount > Self.mostBytes {
            // Whoever watches a box that does not keep up sees a picture now and then.
            drop()
            guard isKeyframe else {
                stage = .waiting
                return false
            }
        }
        stage = .running
        steps.append(.packet(packet))
        byteCount += packet.packet.byteCount
        return true
    }

    /// Leaves out packets; a stream's beginning stays.
    private mutating func drop() {
        steps = steps.filter { if case .open = $0 { true } else { false } }.suffix(1)
        byteCount = 0
    }

    // MARK: - Viewers

    /// - Returns: the viewer's number; nil where there are too many, or the camera is gone.
    mutating func add(_ viewer: Viewer, at now: MonotonicTime) -> Int? {
        guard !isOver, viewers.count < Self.mostViewers else { return nil }
        count += 1
        viewers[count] = viewer
        asked[viewer.isAnnotated] = now
        if stage == .asleep {
            stage = .wanted
            mustClose = false
        }
        return count
    }

    mutating func remove(_ id: Int, at now: MonotonicTime) {
        guard let viewer = viewers.removeValue(forKey: id) else { return }
        asked[viewer.isAnnotated] = now
    }

    var viewerCount: Int { viewers.count }

    /// The latest picture, if it is new enough; whoever asks watches.
    mutating func latest(_ isAnnotated: Bool, youngerThan age: TimeSpan, at now: MonotonicTime) -> LivePicture? {
        guard !isOver, isWatched, let known = latest[isAnnotated], now - known.made <= age else { return nil }
        asked[isAnnotated] = now
        return known.picture
    }

    /// - Returns: who is to be shown the picture.
    mutating func publish(
        _ isAnnotated: Bool,
        _ picture: LivePicture,
        at now: MonotonicTime
    ) -> [AsyncStream<LivePicture>.Continuation] {
        latest[isAnnotated] = (picture, now)
        return viewers.values.filter { $0.isAnnotated == isAnnotated }.map(\.pictures)
    }

    /// Goes to sleep where nobody has asked for a while.
    mutating func settle(at now: MonotonicTime) {
        let isAlone = viewers.isEmpty && !asked.values.contains { now - $0 <= Self.patience }
        guard stage != .asleep, isOver || isAlone else { return }
        stage = .asleep
        mustClose = true
        drop()
        steps.removeAll()
        latest.removeAll()
        asked.removeAll()
        sight = nil
    }

    /// - Returns: whose pictures end.
    mutating func close() -> [AsyncStream<LivePicture>.Continuation] {
        isOver = true
        keyframe = nil
        defer { viewers.removeAll() }
        return viewers.values.map(\.pictures)
    }

    // MARK: - Work

    var hasWork: Bool { mustClose || (isWatched && !steps.isEmpty) }

    mutating func job(atMost count: Int, at now: MonotonicTime) -> Job {
        mustClose = false
        let taken = Array(steps.prefix(count))
        steps.removeFirst(taken.count)
        for case .packet(let packet) in taken { byteCount -= packet.packet.byteCount }
        return Job(
            isWatched: isWatched,
            steps: taken,
            isBehind: steps.count > 8,
            variants: [false, true].filter { isAsked($0, at: now) },
            interval: viewers.isEmpty ? Self.single : Self.stream,
            sight: sight
        )
    }

    /// Whether somebody wants pictures of a kind, or has asked for one a moment ago.
    private func isAsked(_ isAnnotated: Bool, at now: MonotonicTime) -> Bool {
        if viewers.values.contains(where: { $0.isAnnotated == isAnnotated }) { return true }
        return asked[isAnnotated].map { now - $0 <= Self.patience } ?? false
    }
}
