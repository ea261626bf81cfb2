package import NeuronCore
package import NeuronMedia
import Synchronization

/// Who writes evidence: a thread of its own in the daemon, whoever asks in a replay.
package protocol EvidenceDesk: AnyObject, Sendable {
    /// Hands over something to do, in order; false where there is too much to do already.
    func submit(_ job: EvidenceJob) -> Bool
    /// Whether what is handed over now will hardly be done in time.
    var isStalled: Bool { get }
}

/// Something to do with the files of an alert; `clip` is the clip's name without its ending.
package enum EvidenceJob: Sendable {
    /// The alert is open: nothing of it is to be removed.
    case hold(alertID: String)
    case release(alertID: String)
    case picture([UInt8], name: String, EvidenceTicket)
    /// With masks, every picture is painted and encoded again.
    case beginClip(String, DecoderParameters, [CompressedPacket], masks: PrivacyMasks)
    case packets(String, [CompressedPacket])
    /// The stream was opened anew.
    case reopened(String, DecoderParameters)
    case endClip(String, EvidenceTicket)
    case abandonClip(String)

    /// The memory that it holds.
    var byteCount: Int {
        switch self {
        case .picture(let bytes, _, _): bytes.count
        case .beginClip(_, _, let packets, _), .packets(_, let packets): packets.reduce(0) { $0 + $1.byteCount }
        default: 0
        }
    }
}

/// Writes on the thread that asks, for a replay: nothing is ever late.
package final class ImmediateEvidence: EvidenceDesk {
    private let worker: Mutex<EvidenceWorker>

    /// Makes a desk that writes to a store.
    package init(_ worker: sending EvidenceWorker) { self.worker = Mutex(worker) }

    package func submit(_ job: EvidenceJob) -> Bool {
        worker.withLock { $0.perform(job) }
        return true
    }

    package var isStalled: Bool { false }
}
