import Logging
import NeuronConfiguration
import NeuronCore
import NeuronEvidence
import NeuronMedia

extension EvidenceThread {
    /// What a stop waits for the disk when the cameras have ended.
    private static let patience = TimeSpan.seconds(2)

    /// Opens the folder of a configuration and starts writing to it, and removing from it what grows old.
    ///
    /// Where neither the box nor a camera keeps evidence, a folder that is there is still opened: what was kept must go as it was
    /// said to. Nil where there is nothing to do, and where the folder cannot be used: alerts are told without then, and the log
    /// says why.
    convenience init?(_ configuration: Configuration, clock: any NeuronClock, logger: Logger) {
        guard configuration.keepsEvidence || configuration.hasEvidenceFolder else { return nil }
        do throws(EvidenceError) {
            let keep = configuration.evidence.keep
            let store = try EvidenceStore(folder: configuration.evidenceFolder, clock: clock) { disk in
                RetentionPolicy(age: keep.age, bytes: keep.bytes?.bytes, freeBytes: keep.free?.bytes, on: disk)
            }
            if !store.isPrivate {
                logger.warning("others may look into the evidence folder \(store.folder): chmod 700 would be right")
            }
            self.init(store, clock: clock, logger: logger)
        } catch {
            let loss = configuration.keepsEvidence ? "no pictures and clips of alerts are kept" : "old evidence stays"
            logger.error("\(loss): \(error.message)")
            return nil
        }
    }

    /// Ends the thread, without holding Swift's own.
    func stop() async {
        await onOwnThread(named: "evidence-stop") { self.stopAll(within: Self.patience) }
    }
}

extension Configuration {
    /// Whether the daemon opens the folder of evidence at its start, also before there is a camera.
    var keepsEvidence: Bool { evidence.isEnabled || cameras.contains(where: \.evidence.isEnabled) }

    fileprivate var hasEvidenceFolder: Bool {
        (try? FileStatus(path: evidenceFolder + "/."))?.isDirectory == true
    }
}

extension CameraPlan {
    /// Has evidence of the camera's alerts kept, where its configuration asks for that.
    mutating func keepEvidence(by desk: (any EvidenceDesk)?) {
        guard let desk, camera.evidence.isEnabled else { return }
        var kept = EvidencePlan(for: self, by: desk)
        if kept.passage == .encode, let thread = desk as? EvidenceThread { kept.clipDesk = thread.painting() }
        evidence = kept
        if keepsMainStream { makeRoomForMainStream() }
    }

    /// Has pictures of the camera's alerts made, where there is somebody for them.
    ///
    /// - Parameter isSaid: whether small ones go out as messages too.
    mutating func pictureAlerts(forMessages isSaid: Bool) {
        guard evidence != nil || isSaid else { return }
        let wanted = camera.evidence.pictures
        pictures = AlertPictures.Settings(
            privacy: privacy,
            drawsBoxes: wanted.boxes,
            quality: PictureWriter.quality(percent: wanted.quality),
            hasMessages: isSaid
        )
    }
}
