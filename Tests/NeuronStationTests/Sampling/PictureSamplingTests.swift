import Foundation
import NeuronConfiguration
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronMedia

/// Cameras of which each picture stands for itself.
@Suite(.timeLimit(.minutes(10))) struct PictureSamplingTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// The scene as a V4L2 device sends it, in pictures that are not compressed.
    private func rawScene() throws -> SampledClip {
        let size = FrameSize(width: SceneFilm.size.width, height: SceneFilm.size.height)
        let layout = try #require(RawPicture(.yu12, size: size, bytesPerLine: 0))
        let copier = PictureCopier(format: .yu12, layout: layout)
        let setup = CaptureSetup(copier: copier, size: size, rate: nil, isFullRange: false, remarks: [])
        let film = try SceneFilm.pictures()
        try film.seek(toOffset: 0)
        var packets: [CompressedPacket] = []
        while let picture = try film.read(upToCount: layout.byteCount), picture.count == layout.byteCount {
            let handle = try #require(try picture.withUnsafeBytes { try copier.packet(of: $0, isMarked: false) })
            let time = MediaTime.zero + .milliseconds(Int64(packets.count) * 40)
            let facts = PacketFacts(time: time, isKeyframe: true, byteCount: handle.byteCount, isIntraOnly: true)
            packets.append(CompressedPacket(handle, facts: facts, presentationTime: time, decodingTime: time))
        }
        let parameters = try DecoderParameters(capturing: setup, interval: .milliseconds(40))
        return SampledClip(packets: packets, parameters: parameters)
    }

    private func photographs() throws -> SampledClip {
        let codec = ["-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p"]
        return try SampledClip(SceneFilm.encode("scene.avi", in: folder, codec))
    }

    @Test(arguments: [false, true])
    func `they are looked at twice a second while nothing happens, and the event begins at its picture`(
        isRaw: Bool
    ) throws {
        let clip = try isRaw ? rawScene() : photographs()
        #expect(clip.packets.count == 422 && clip.packets.allSatisfy(\.facts.isIntraOnly))
        let (always, auto) = (try clip.play(.always), try clip.play(.auto))
        try #require(always.motion.count == 1 && auto.motion.count == 1, "\(always.motion) and \(auto.motion)")
        #expect(abs(auto.motion[0].onset - always.motion[0].onset) <= clip.interval)
        // Half a second passes between two looks, and what shows something is looked at again with those before it.
        #expect(auto.motion[0].told <= max(auto.motion[0].onset + 0.5, always.motion[0].told) + 4 * clip.interval)
        let most = clip.mostDecoded(in: auto)
        #expect(auto.decodedBeforeEnd <= most && most < clip.packets.count, "\(auto.decodedBeforeEnd), \(most)")
        #expect(auto.blind == 0)
    }
}
