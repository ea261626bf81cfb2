import Dispatch
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronEvidence
import NeuronMedia

extension EvidenceThread {
    /// What a stop waits for the disk when the cameras have ended.
    private static let patience = DispatchTimeInterval.seconds(2)

    /// Opens the folder of a configuration and starts writing to it.
    ///
    /// Nil where neither the box nor a camera keeps evidence, and where the folder cannot be used: alerts are told without then, and
    /// the log says why.
    convenience init?(_ configuration: Configuration, clock: any NeuronClock, logger: Logger) {
        guard configuration.keepsEvidence else { return nil }
        do throws(EvidenceError) {
            let keep = configuration.evidence.keep
            let store = try EvidenceStore(folder: configuration.evidenceFolder, clock: clock) { disk in
                RetentionPolicy(age: keep.age, bytes: keep.bytes?.bytes, freeBytes: keep.free?.bytes, on: disk)
            }
            self.init(store, clock: clock, logger: logger)
        } catch {
            logger.error("no pictures and clips of alerts are kept: \(error.message)")
            return nil
        }
    }

    /// Ends the thread, without holding Swift's own.
    func stop() async {
        await withCheckedContinuation { done in
            _ = DedicatedThread(name: "evidence-stop") {
                self.stopAll(within: Self.patience)
                done.resume()
            }
        }
    }
}

extension CameraPlan {
    /// Has evidence of the camera's alerts kept, where its configuration asks for that.
    mutating func keepEvidence(by desk: (any EvidenceDesk)?) {
        guard let desk, camera.evidence.isEnabled else { return }
        var kept = EvidencePlan(for: self, by: desk)
        if kept.passage == .encode, let thread = desk as? EvidenceThread { kept.clipDesk = thread.painting() }
        evidence = kept
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
