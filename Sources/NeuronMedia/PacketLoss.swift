import Synchronization

/// How often packets of one RTP session were lost on the way.
///
/// FFmpeg knows, and tells nobody but its log: the packets it returns carry no mark, and what was lost whole leaves no
/// trace at all in what is decoded. So the log callback counts here, by the demuxer that the message is about.
final class PacketLoss: Sendable {
    private let events = Atomic<Int>(0)
    private let key: UInt

    private static let counters = Mutex<[UInt: WeakReference]>([:])

    private struct WeakReference {
        weak var counter: PacketLoss?
    }

    /// The message of `rtp_parse_queued_packet` in libavformat, as its format begins.
    static let messageStart = "RTP: missed "

    /// Counts for a demuxer from now on, until this is gone.
    init(of context: UnsafeRawPointer) {
        key = UInt(bitPattern: context)
        Self.counters.withLock { $0[key] = WeakReference(counter: self) }
    }

    deinit {
        Self.counters.withLock { counters in
            // Another demuxer may have got the same address meanwhile.
            if counters[key]?.counter == nil { counters[key] = nil }
        }
    }

    /// Gaps in the sequence so far.
    var count: Int { events.load(ordering: .relaxed) }

    /// Counts a gap; from the log callback.
    static func note(in context: UnsafeRawPointer) {
        let counter = counters.withLock { $0[UInt(bitPattern: context)]?.counter }
        counter?.events.add(1, ordering: .relaxed)
    }
}
