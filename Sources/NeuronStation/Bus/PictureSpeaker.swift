import NeuronBus
import NeuronConfiguration
import NeuronCore
import Synchronization

/// Says the latest alert's picture of each camera on the links whose projections show one.
///
/// Pictures are small, redacted, and at most one every other second of a camera; the first and the last of an alert are worth
/// saying. What is left out is not said later: the next alert has its own.
final class PictureSpeaker: Sendable {
    private let running: @Sendable () -> (links: [String], speaker: BusSpeaker)
    private let clock: any NeuronClock
    /// When each camera's picture was said last.
    private let said = Mutex<[SensorID: MonotonicTime]>([:])

    private static let pause = TimeSpan.seconds(2)

    /// Makes a speaker for the links that there are at any time.
    convenience init(_ exchange: ExchangeService, clock: any NeuronClock) {
        self.init(clock: clock) {
            let now = exchange.now
            return (now.configuration.pictureLinks, now.speaker)
        }
    }

    /// Makes a speaker that asks which links show pictures, and what carries what is said, whenever it has something to say.
    init(clock: any NeuronClock, running: @escaping @Sendable () -> (links: [String], speaker: BusSpeaker)) {
        self.running = running
        self.clock = clock
    }

    /// Takes what a camera has found; on the camera's thread, waits for nothing.
    func note(_ finding: CameraPipeline.Finding, of camera: CameraConfiguration) {
        guard finding.draft.phase != .continues, let jpeg = finding.messagePicture else { return }
        let now = clock.monotonicNow()
        let isDue = said.withLock { said in
            if let last = said[camera.id], now - last < Self.pause { return false }
            said[camera.id] = now
            return true
        }
        guard isDue else { return }
        let (links, speaker) = running()
        let picture = BusPublication(
            topic: "nd/v1/\(camera.site.subject(of: camera.id))/state/image",
            payload: jpeg,
            isRetained: true,
            contentType: "image/jpeg"
        )
        for link in links { speaker.say([picture], on: link) }
    }
}

extension Configuration {
    /// The links on which pictures of alerts are said: those that Home Assistant listens to.
    var pictureLinks: [String] {
        sinks.compactMap { sink in
            guard case .mqtt(let broker) = sink.kind, broker.projections.contains(.homeassistant) else { return nil }
            return sink.name
        }
    }
}
