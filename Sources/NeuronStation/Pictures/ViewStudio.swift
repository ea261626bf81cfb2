import NeuronConfiguration
import NeuronCore
import NeuronMedia

/// Decodes one camera's packets for its viewers, takes out what nobody may see, draws, and encodes: at most five times a second.
///
/// Used by one thread at a time; what it holds of a stream is let go of when nobody watches.
struct ViewStudio: ~Copyable {
    private let plan: CameraPlan
    private var tools: Tools?
    private var decoder: VideoDecoder?
    private var lastMade: MonotonicTime?

    /// What is needed while somebody watches.
    private struct Tools: ~Copyable {
        var converter = ColourConverter()
        var painter: PrivacyPainter
        var annotator: PictureAnnotator
        var encoder = BoundedEncoder(.view)
    }

    /// What is asked for.
    struct Wanted {
        /// Annotated or not; none where the view is behind.
        var variants: [Bool]
        /// From one picture to the next at least.
        var interval: TimeSpan
        /// What the detector said last.
        var sight: PictureSight?
    }

    /// What the detector said longer ago than this is not drawn any more.
    private static let stale = TimeSpan.seconds(3)

    init(_ plan: CameraPlan) { self.plan = plan }

    /// Begins a stream; one that no decoder takes shows nothing, and the reader says why.
    mutating func open(_ parameters: DecoderParameters) {
        decoder = nil
        do {
            decoder = try VideoDecoder(for: parameters, masks: plan.camera.privacyMasks)
        } catch {}
    }

    /// Lets go of everything: nobody watches.
    mutating func close() {
        decoder = nil
        tools = nil
        lastMade = nil
    }

    /// Decodes a packet and makes of its picture what is wanted, if it is time.
    ///
    /// - Parameters:
    ///   - packet: the stream's next one.
    ///   - wanted: what is to be made of its picture.
    ///   - clock: what time is taken from.
    ///   - publish: gets each kind's picture.
    mutating func decode(
        _ packet: ViewPacket,
        _ wanted: Wanted,
        clock: any NeuronClock,
        _ publish: (Bool, LivePicture) -> Void
    ) {
        guard var decoder = decoder.take() else { return }
        do {
            try decoder.decode(packet.packet) { frame in
                let now = clock.monotonicNow()
                if let lastMade, now - lastMade < wanted.interval { return }
                guard !wanted.variants.isEmpty else { return }
                lastMade = now
                let takenAt = packet.takenAt + (frame.time - packet.packet.presentationTime)
                make(frame, takenAt: takenAt, wanted, publish)
            }
            self.decoder = consume decoder
        } catch {
            // Another stream than was announced; the detector's decoder finds it too and the reader opens it anew.
        }
    }

    private mutating func make(
        _ frame: borrowing DecodedFrame,
        takenAt: WallTime,
        _ wanted: Wanted,
        _ publish: (Bool, LivePicture) -> Void
    ) {
        var tools =
            if let kept = self.tools.take() { kept } else {
                Tools(painter: PrivacyPainter(plan.privacy), annotator: PictureAnnotator(plan.camera))
            }
        if var picture = tools.converter.picture(of: frame), tools.painter.paint(&picture) {
            for isAnnotated in wanted.variants {
                var shown = picture
                if isAnnotated {
                    let seen = Self.sight(wanted.sight, at: frame)
                    shown = tools.annotator.draw(seen, on: picture, orientation: frame.orientation, clock: takenAt)
                }
                guard let file = tools.encoder.file(of: shown) else { continue }
                publish(isAnnotated, LivePicture(jpeg: file.jpeg, takenAt: takenAt, size: file.size))
            }
        }
        self.tools = consume tools
    }

    /// What the detector said, unless it is too old to be so still.
    private static func sight(_ sight: PictureSight?, at frame: borrowing DecodedFrame) -> PictureSight {
        let time = frame.time
        if let sight, time - sight.observation.time <= stale { return sight }
        let nothing = MotionObservation(time: time, frameSize: frame.storedSize, zones: [], suppression: nil)
        return PictureSight(observation: nothing, openZones: [])
    }
}
