import NeuronCore
package import NeuronEvidence

/// The evidence of a replay.
package enum ReplayEvidence {
    /// Opens a folder in which nothing grows old: only a disk that is nearly full ends the writing.
    ///
    /// - Throws: `StationError` where the folder cannot be used.
    package static func store(in folder: String) throws -> EvidenceStore {
        do {
            return try EvidenceStore(folder: folder, clock: SystemClock(), policy: RetentionPolicy.keepingAll)
        } catch {
            throw StationError.unavailable("Could not keep evidence: \(error.message)")
        }
    }
}
