import NeuronCore
import NeuronMedia
import Synchronization

/// What a reader hands to the workers, in the order of the stream.
enum StreamItem: Sendable {
    /// A stream begins.
    case opened(DecoderParameters)
    case packet(CompressedPacket, arrival: WallTime)
    /// A clip has been played as often as it should.
    case ended
}

/// The packets of one camera between its reader and the worker that decodes them; bounded in bytes and in number.
///
/// When the workers do not keep up, packets are left out from here to the next keyframe, and counted: the camera falls
/// behind by no more than the queue holds, and nothing that is decoded lacks what it depends on.
final class PacketQueue: Sendable {
    private let maxBytes: Int
    private let maxPackets: Int
    private let state = Mutex(State())

    private struct State {
        var items: [StreamItem] = []
        var byteCount = 0
        var isDropping = false
        var dropped = 0
    }

    init(maxBytes: Int = 8 << 20, maxPackets: Int = 256) {
        self.maxBytes = maxBytes
        self.maxPackets = maxPackets
    }

    /// A stream begins: what an earlier one left behind still comes first.
    func open(_ parameters: DecoderParameters) {
        state.withLock { state in
            state.isDropping = false
            state.items.append(.opened(parameters))
        }
    }

    /// Nothing more comes.
    func end() { state.withLock { $0.items.append(.ended) } }

    /// Adds a packet, unless there is no room for it.
    func append(_ packet: CompressedPacket, arrival: WallTime) {
        state.withLock { state in
            let hasRoom = state.byteCount + packet.byteCount <= maxBytes && state.items.count < maxPackets
            if state.isDropping, hasRoom, packet.facts.isKeyframe { state.isDropping = false }
            guard hasRoom, !state.isDropping else {
                state.isDropping = true
                state.dropped += 1
                return
            }
            state.byteCount += packet.byteCount
            state.items.append(.packet(packet, arrival: arrival))
        }
    }

    /// Takes everything that waits.
    func takeAll() -> [StreamItem] {
        state.withLock { state in
            defer {
                state.items = []
                state.byteCount = 0
            }
            return state.items
        }
    }

    var isEmpty: Bool { state.withLock { $0.items.isEmpty } }

    /// Packets left out so far.
    var dropped: Int { state.withLock { $0.dropped } }
}
