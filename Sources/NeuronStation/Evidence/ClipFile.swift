import NeuronCore
import NeuronEvidence
import NeuronMedia

/// One alert's clip while it is written: a file, and another one for each time the stream changed.
///
/// Used by one thread at a time.
final class ClipFile {
    private let name: String
    private let store: EvidenceStore
    private var parameters: DecoderParameters
    private var file: EvidenceFile?
    private var writer: ClipWriter?
    /// Instead of the writer, where the camera has masks.
    private var painter: PaintedClipWriter?
    private let masks: PrivacyMasks
    private var parts = 0
    private var outcome = EvidenceOutcome()
    /// Why nothing more is written.
    private(set) var failure: EvidenceError?

    /// A stream that changes more often than this during one alert is not followed.
    private static let mostParts = 4

    init(_ name: String, _ parameters: DecoderParameters, masks: PrivacyMasks, in store: EvidenceStore) {
        self.name = name
        self.parameters = parameters
        self.masks = masks
        self.store = store
    }

    /// Adds packets in decoding order; after a failure nothing happens.
    func write(_ packets: [CompressedPacket]) {
        guard failure == nil else { return }
        do throws(EvidenceError) {
            for (index, packet) in packets.enumerated() { try write(packet, followedBy: packets[index...]) }
        } catch {
            fail(error)
        }
    }

    /// The stream was opened anew: it goes on in the same file where it is the same stream.
    func reopen(_ parameters: DecoderParameters) {
        let isSame = writer?.accepts(parameters) ?? self.parameters.isSameStream(as: parameters)
        self.parameters = parameters
        guard failure == nil, !isSame else { return }
        do throws(EvidenceError) { try endPart() } catch { fail(error) }
    }

    /// Ends the clip and says what there is of it.
    func finish() -> EvidenceOutcome {
        if failure == nil { do throws(EvidenceError) { try endPart() } catch { fail(error) } }
        outcome.missing = failure?.reason ?? (outcome.media.isEmpty ? .noPictures : nil)
        return outcome
    }

    /// Ends the clip and removes what there is of it: no event will name it.
    func discard() {
        close()
        for media in outcome.media { store.discard(media.name) }
        outcome.media = []
    }

    private func write(_ packet: CompressedPacket, followedBy rest: ArraySlice<CompressedPacket>) throws(EvidenceError)
    {
        if writer?.accepts(packet) == false { try endPart() }
        if file == nil {
            guard packet.facts.isKeyframe, parts < Self.mostParts else { return }
            try beginPart(with: rest)
        }
        do throws(MediaError) {
            try writer?.write(packet)
            try painter?.write(packet)
        } catch {
            throw reason(of: error)
        }
    }

    private func beginPart(with packets: ArraySlice<CompressedPacket>) throws(EvidenceError) {
        parts += 1
        let part = parts == 1 ? "" : "-\(parts)"
        let file = try store.begin("\(name)\(part).mp4", expecting: Int64(packets.reduce(0) { $0 + $1.byteCount }))
        self.file = file
        do throws(MediaError) {
            if masks.isEmpty {
                writer = try ClipWriter(parameters, beginningWith: Array(packets)) { file.write($0) }
            } else {
                painter = try PaintedClipWriter(parameters, masks: masks) { file.write($0) }
            }
        } catch {
            throw reason(of: error)
        }
    }

    private func endPart() throws(EvidenceError) {
        defer { close() }
        do throws(MediaError) {
            if writer?.start != nil { try writer?.finish() }
            try painter?.finish()
        } catch {
            throw reason(of: error)
        }
        guard let file, let start = writer?.start ?? painter?.start else { return }
        outcome.media.append(try file.commit(.clip, mediaType: "video/mp4"))
        outcome.start = outcome.start ?? start
        outcome.end = writer?.end ?? painter?.end
    }

    /// The file's own reason where it has one: the writer knows only that its bytes were not taken.
    private func reason(of error: MediaError) -> EvidenceError {
        file?.failure ?? EvidenceError(.codec, error.message)
    }

    private func fail(_ error: EvidenceError) {
        failure = error
        close()
    }

    /// The file goes with this, where it has no name yet.
    private func close() {
        writer = nil
        painter = nil
        file = nil
    }
}
