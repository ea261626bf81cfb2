import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

/// Broken and forged clips: each ends in pictures, a clean end or an error, soon.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct HostileInputTests {
    private static let clips = [
        "h264.mp4", "h264.mkv", "h264.ts", "h264.avi", "h264.h264", "hevc.mp4", "hevc.hevc", "mpeg4.avi", "mpeg4.mp4",
        "mjpeg.avi", "mjpeg.mkv",
    ]

    private func bytes(of name: String, in folder: TemporaryDirectory) throws -> [UInt8] {
        try TemporaryDirectory.read(
            ClipMaker.make(name, in: folder) { recipe in
                recipe.frames = 12
                switch name.prefix(4) {
                case "hevc": recipe.codec = ClipMaker.h265
                case "mpeg": recipe.codec = ClipMaker.mpeg4
                case "mjpe":
                    recipe.codec = ClipMaker.mjpeg
                    recipe.pixelFormat = "yuvj420p"
                default: break
                }
            }
        )
    }

    /// Reads what is left of a clip; returning at all is the point, and what returns must be in order.
    private func survive(_ bytes: [UInt8], _ name: String, in folder: TemporaryDirectory) throws {
        let path = try folder.write(bytes, to: "hostile-" + name)
        guard let playback = try? Playback(path) else { return }
        #expect(playback.isRising)
        #expect(playback.hasRisingPacketTimes)
        #expect(playback.pictures.count <= 2000)
    }

    @Test(arguments: clips)
    func `a clip may end anywhere`(name: String) throws {
        let folder = try TemporaryDirectory()
        let whole = try bytes(of: name, in: folder)
        let steps = Array(0..<64) + Array(stride(from: 64, to: whole.count, by: max(1, whole.count / 24)))
        for length in steps where length <= whole.count {
            try survive(Array(whole[..<length]), name, in: folder)
        }
    }

    @Test(arguments: clips)
    func `any bytes may be wrong`(name: String) throws {
        let folder = try TemporaryDirectory()
        let whole = try bytes(of: name, in: folder)
        var random = SplitMix(seed: 7)
        for round in 0..<40 {
            var broken = whole
            // From one flipped byte to a few per cent; the head, where all the sizes stand, in every other round.
            let count = 1 << (round % 8)
            let reach = round.isMultiple(of: 2) ? min(2000, whole.count) : whole.count
            for _ in 0..<count {
                broken[Int.random(in: 0..<reach, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            try survive(broken, name, in: folder)
        }
    }

    @Test(arguments: clips)
    func `pieces may be missing, doubled or swapped`(name: String) throws {
        let folder = try TemporaryDirectory()
        let whole = try bytes(of: name, in: folder)
        var random = SplitMix(seed: 11)
        for _ in 0..<20 {
            let start = Int.random(in: 0..<whole.count, using: &random)
            let end = min(whole.count, start + Int.random(in: 1...500, using: &random))
            try survive(Array(whole[..<start] + whole[end...]), name, in: folder)
            try survive(Array(whole[..<end] + whole[start...]), name, in: folder)
            try survive(Array(whole[end...] + whole[..<end]), name, in: folder)
        }
    }
}
