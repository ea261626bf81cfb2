import NeuronCore
import NeuronIncidents
import NeuronMedia
import Synchronization

/// What a reader hands to the workers, in the order of the stream.
enum StreamItem: Sendable {
    /// A stream begins.
    case opened(DecoderParameters, session: Int)
    case packet(CompressedPacket, arrival: CameraLink.Instant)
    /// What comes next does not follow what came before: packets were left out, up to this time, or the stream broke off.
    case gap(until: MediaTime?)
    /// Nothing comes for a while; the stream may go on.
    case lull
    /// A clip has come to its end for good.
    case ended
}

/// The packets of one camera between its reader and the worker that decodes them; bounded in bytes, in number
/// and in the time that one waits.
///
/// When the workers do not keep up, packets are left out from here to the next keyframe, and counted: the camera falls
/// behind by no more than the queue holds, and nothing that is decoded lacks what it depends on. A stream that marks no
/// keyframe for ten seconds is taken again wherever it is; whoever decodes it distrusts what follows the gap.
final class PacketQueue: Sendable {
    private let maxBytes: Int
    private let maxPackets: Int
    private let maxWait: TimeSpan
    private let state = Mutex(State())

    private struct State {
        var items: [StreamItem] = []
        var packetCount = 0
        var byteCount = 0
        var isDropping = false
        /// When dropping began, or the last keyframe that found no room.
        var droppedKeyframe = MonotonicTime(nanoseconds: 0)
        var dropped = 0
        /// The latest packet that was left out; nil where the gap before what comes next is noted, or there is none.
        var latestDropped: MediaTime?

        /// When the packet arrived that comes next.
        var oldestArrival: MonotonicTime? {
            for case .packet(_, let arrival) in items { return arrival.monotonic }
            return nil
        }

        /// Says what was left out, before what comes behind it.
        mutating func noteGap() {
            if let latestDropped { items.append(.gap(until: latestDropped)) }
            latestDropped = nil
        }
    }

    /// How long a keyframe is waited for.
    private static let longestDrop = TimeSpan.seconds(10)

    init(maxBytes: Int = 8 << 20, maxPackets: Int = 256, maxWait: TimeSpan = .seconds(4)) {
        self.maxBytes = maxBytes
        self.maxPackets = maxPackets
        self.maxWait = maxWait
    }

    /// A stream begins: what an earlier one left behind still comes first.
    func open(_ parameters: DecoderParameters, session: Int) {
        state.withLock { state in
            state.isDropping = false
            state.noteGap()
            state.items.append(.opened(parameters, session: session))
        }
    }

    /// The stream breaks off: what comes next is another.
    func breakOff() {
        state.withLock { state in
            if case .gap = state.items.last { return }
            state.items.append(.gap(until: state.latestDropped))
            state.latestDropped = nil
        }
    }

    /// Nothing has come for a while.
    func lull() { state.withLock { if $0.items.isEmpty { $0.items.append(.lull) } } }

    /// Nothing more comes.
    func end() { state.withLock { $0.items.append(.ended) } }

    /// What became of a packet.
    enum Admission: Sendable {
        case taken
        /// Left out, as the first of several.
        case beganToDrop
        case dropped
    }

    /// Adds a packet, unless there is no room for it; one packet always fits, however large.
    func append(_ packet: CompressedPacket, arrival: CameraLink.Instant) -> Admission {
        state.withLock { state in
            let fits = state.byteCount + packet.byteCount <= maxBytes && state.packetCount < maxPackets
            let isLate = state.oldestArrival.map { arrival.monotonic - $0 > maxWait } ?? false
            let hasRoom = (fits && !isLate) || state.packetCount == 0
            let isWaitOver = arrival.monotonic - state.droppedKeyframe >= Self.longestDrop
            if state.isDropping, hasRoom, packet.facts.isKeyframe || isWaitOver {
                state.isDropping = false
            }
            guard hasRoom, !state.isDropping else {
                defer { state.isDropping = true }
                if !state.isDropping || packet.facts.isKeyframe { state.droppedKeyframe = arrival.monotonic }
                state.dropped += 1
                state.latestDropped = packet.facts.time
                return state.isDropping ? .dropped : .beganToDrop
            }
            state.noteGap()
            state.byteCount += packet.byteCount
            state.packetCount += 1
            state.items.append(.packet(packet, arrival: arrival))
            return .taken
        }
    }

    /// Takes what came first, at most so many items; a worker comes back for the rest after the other cameras' turns.
    func take(atMost count: Int) -> [StreamItem] {
        state.withLock { state in
            let taken = Array(state.items.prefix(count))
            state.items.removeFirst(taken.count)
            for case .packet(let packet, _) in taken {
                state.byteCount -= packet.byteCount
                state.packetCount -= 1
            }
            return taken
        }
    }

    var isEmpty: Bool { state.withLock { $0.items.isEmpty } }

    /// When the packet arrived that comes next; nil where none waits.
    var oldestArrival: MonotonicTime? { state.withLock { $0.oldestArrival } }

    /// Packets left out so far.
    var dropped: Int { state.withLock { $0.dropped } }
}
