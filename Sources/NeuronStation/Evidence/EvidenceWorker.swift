import Logging
import NeuronCore
package import NeuronEvidence
import NeuronMedia

/// Does what is to be done with files of evidence, one after the other; used by one thread at a time, which it blocks.
package struct EvidenceWorker {
    private let store: EvidenceStore
    private let logger: Logger?
    private var clips: [String: ClipFile] = [:]
    /// The reason that was logged last: a full disk is told once and not for each alert.
    private var lastReason: AlertEvidence.Reason?
    /// Whether the log knows that something could not be removed.
    private var hasToldSweep = false

    /// Clips of all cameras that are open at once, each with a file and two seconds of pictures.
    private static let mostClips = 64

    /// Makes a worker that writes to a store.
    package init(_ store: EvidenceStore) {
        self.store = store
        logger = nil
    }

    init(_ store: EvidenceStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Does one thing.
    package mutating func perform(_ job: EvidenceJob) {
        switch job {
        case .hold(let id): store.hold(id)
        case .release(let id): store.release(id)
        case .picture(let bytes, let name, let ticket): keep(bytes, name, ticket)
        case .beginClip(let name, let parameters, let packets, let masks):
            guard clips.count < Self.mostClips else { return }
            let clip = ClipFile(name, parameters, masks: masks, in: store)
            clips[name] = clip
            clip.write(packets)
        case .packets(let name, let packets): clips[name]?.write(packets)
        case .reopened(let name, let parameters): clips[name]?.reopen(parameters)
        case .endClip(let name, let ticket): end(name, ticket)
        case .abandonClip(let name): clips.removeValue(forKey: name)?.discard()
        }
    }

    /// Removes what is no longer to be kept.
    mutating func sweep() {
        do throws(EvidenceError) {
            try store.sweep()
            hasToldSweep = false
        } catch {
            if !hasToldSweep { logger?.error("pictures and clips stay for longer than they should: \(error.message)") }
            hasToldSweep = true
        }
    }

    private mutating func keep(_ bytes: [UInt8], _ name: String, _ ticket: EvidenceTicket) {
        guard !ticket.isCancelled else { return }
        do throws(EvidenceError) {
            let media = try store.keep(bytes, as: name, .snapshot, mediaType: "image/jpeg")
            lastReason = nil
            settle(ticket, EvidenceOutcome(media: [media]))
        } catch {
            say(error)
            settle(ticket, EvidenceOutcome(missing: error.reason))
        }
    }

    private mutating func end(_ name: String, _ ticket: EvidenceTicket) {
        guard let clip = clips.removeValue(forKey: name) else {
            return settle(ticket, EvidenceOutcome(missing: .tooMany))
        }
        guard !ticket.isCancelled else { return clip.discard() }
        let outcome = clip.finish()
        if let failure = clip.failure { say(failure) } else { lastReason = nil }
        settle(ticket, outcome)
    }

    /// Files that no event will name any more are of no use to anybody.
    private func settle(_ ticket: EvidenceTicket, _ outcome: EvidenceOutcome) {
        guard !ticket.resolve(outcome) else { return }
        for media in outcome.media { store.discard(media.name) }
    }

    private mutating func say(_ error: EvidenceError) {
        guard error.reason != lastReason else { return }
        lastReason = error.reason
        logger?.error("evidence is missing from alerts: \(error.message)", metadata: ["reason": "\(error.reason)"])
    }
}
