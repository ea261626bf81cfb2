import Foundation
import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

/// Pictures and videos that are written, read back by our own decoder or by FFmpeg's programs.
@Suite(.timeLimit(.minutes(10))) struct PictureFileTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A picture of one brightness and one colour.
    private func plain(_ size: FrameSize, luma: UInt8, red: UInt8 = 128) -> ColourPicture {
        var picture = ColourPicture(size: size)
        for index in picture.luma.indices { picture.luma[index] = luma }
        for index in picture.red.indices { picture.red[index] = red }
        return picture
    }

    @Test(arguments: VideoWriter.encoderNames)
    func `a video has the pictures, times and brightness that were written`(encoder: String) throws {
        let path = folder.file("video.mp4")
        let size = FrameSize(width: 65, height: 49)
        // Uneven, as a camera's are.
        let times: [Int64] = [500, 540, 600, 1000, 1040]
        var writer = try VideoWriter(path: path, size: size, encoders: ["no-such-encoder", encoder])
        #expect(writer.encoderName == encoder)
        for (index, time) in times.enumerated() {
            try writer.write(
                plain(size, luma: UInt8(40 + 40 * index)),
                at: MediaTime(nanoseconds: time * 1_000_000)
            )
        }
        #expect(!FileManager.default.fileExists(atPath: path), "it has its name when it is whole")
        try writer.finish()
        let playback = try Playback(path)
        #expect(playback.milliseconds == times.map { $0 - 500 })
        #expect(playback.pictures.allSatisfy { $0.size == FrameSize(width: 64, height: 48) })
        for (index, picture) in playback.pictures.enumerated() {
            #expect(abs(picture.meanLuma - (40 + 40 * index)) <= 3)
        }
    }

    @Test func `pictures of another size are scaled to the first, and late ones follow at once`() throws {
        let path = folder.file("video.mp4")
        var writer = try VideoWriter(path: path, size: FrameSize(width: 64, height: 48))
        for size in [64, 640, 31] {
            try writer.write(plain(FrameSize(width: size, height: size), luma: 120), at: .zero)
        }
        try writer.finish()
        let playback = try Playback(path)
        #expect(playback.pictures.count == 3 && playback.isRising)
        #expect(playback.pictures.allSatisfy { $0.size.width == 64 && abs($0.meanLuma - 120) <= 2 })
    }

    @Test func `a video that is given up leaves nothing, and one that cannot be made says why`() throws {
        do {
            var writer = try VideoWriter(path: folder.file("video.mp4"), size: FrameSize(width: 64, height: 48))
            try writer.write(plain(FrameSize(width: 64, height: 48), luma: 120), at: .zero)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        let nowhere = #expect(throws: MediaError.self) {
            _ = try VideoWriter(path: folder.file("none/video.mp4"), size: FrameSize(width: 64, height: 48))
        }
        #expect(nowhere?.code == .writeFailed && nowhere?.message.contains("none/video.mp4") == true)
        let unknown = #expect(throws: MediaError.self) {
            _ = try VideoWriter(path: folder.file("v.mp4"), size: FrameSize(width: 64, height: 48), encoders: ["none"])
        }
        #expect(unknown?.code == .encodingFailed && unknown?.message.contains("none") == true)
    }

    @Test(arguments: PictureWriter.Format.allCases)
    func `a picture's file has its size and its colours, from one pixel on`(format: PictureWriter.Format) throws {
        var writer = PictureWriter(format)
        for size in [
            FrameSize(width: 33, height: 17), FrameSize(width: 33, height: 17), FrameSize(width: 1, height: 1),
        ] {
            let bytes = try writer.file(of: plain(size, luma: 82, red: 240))
            let file = try folder.write(bytes, to: "picture.\(format.fileEnding)")
            let raw = folder.file("picture.rgb")
            let arguments = ["-v", "error", "-y", "-i", file, "-f", "rawvideo", "-pix_fmt", "rgb24", raw]
            try CommandLineTool.run("ffmpeg", arguments)
            let pixels = try TemporaryDirectory.read(raw)
            #expect(pixels.count == size.width * size.height * 3)
            // Limited range turned into full by both formats: (82 - 16) * 1.164 + 1.596 * 112 is red.
            #expect(pixels[0] > 240 && pixels[1] < 20)
        }
    }

    @Test func `a picture that cannot be scaled costs itself and none of those behind it`() throws {
        var writer = PictureWriter(.jpeg)
        let tall = FrameSize(width: 2, height: 10_000)
        let good = plain(tall, luma: 120)
        let first = try writer.file(of: good)
        // Ten thousand pixels into one: no filter of FFmpeg's is that long.
        let wide = plain(FrameSize(width: 20_000, height: 1), luma: 120)
        #expect(throws: MediaError.self) { try writer.file(of: wide, size: tall) }
        #expect(try writer.file(of: good) == first)
    }

    @Test(arguments: ["yuv420p", "yuv422p", "yuvj420p", "gray"])
    func `a decoded picture is copied with the brightness that the detector sees`(format: String) throws {
        let clip = try ClipMaker.make("clip.mkv", in: folder) {
            $0.codec = format == "gray" ? ["-c:v", "libx264", "-qp", "0"] : ["-c:v", "mjpeg", "-q:v", "2"]
            if format == "yuv420p" { $0.codec = ["-c:v", "libx264"] }
            if format == "yuv422p" { $0.codec = ["-c:v", "libx264", "-profile:v", "high422"] }
            $0.size = "66x50"
            $0.pixelFormat = format
            $0.frames = 3
        }
        var source = try MediaSource(opening: SourceAddress(clip))
        var decoder = try VideoDecoder(for: source.decoderParameters)
        var converter = ColourConverter()
        var copies: [ColourPicture] = []
        var lumas: [[UInt8]] = []
        while let packet = try source.nextPacket() { try decoder.decode(packet) { take($0) } }
        try decoder.finish { take($0) }
        func take(_ frame: borrowing DecodedFrame) {
            if let picture = converter.picture(of: frame) { copies.append(picture) }
            lumas.append(
                frame.withLuma { luma in
                    (0..<luma.height).flatMap { y in (0..<luma.width).map { x in luma.samples[y * luma.stride + x] } }
                }
            )
        }
        #expect(copies.count == 3 && copies.allSatisfy { $0.size == FrameSize(width: 66, height: 50) })
        for (copy, luma) in zip(copies, lumas) {
            // Full range becomes limited; the ffmpeg program marks gray as full.
            let expected =
                ["yuvj420p", "gray"].contains(format) ? luma.map { UInt8(16 + (Int($0) * 219 + 127) / 255) } : luma
            #expect(zip(copy.luma, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
            #expect(format == "gray" ? copy.red.allSatisfy { $0 == 128 } : Set(copy.red).count > 10)
        }
    }
}
