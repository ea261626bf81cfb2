import Glibc
import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

/// What is not read, and how that is said.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct RefusalTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func refusal(of path: String) -> MediaError? {
        #expect(throws: MediaError.self) { _ = try MediaSource(opening: SourceAddress(path)) }
    }

    @Test func `a file that is not there is not found`() {
        let error = refusal(of: folder.file("nothing.mp4"))
        #expect(error?.code == .notFound)
        #expect(error?.description.contains("nothing.mp4") == true)
    }

    @Test func `a scheme in capitals is the same protocol`() {
        // Nobody listens on the discard port.
        let capital = refusal(of: "RTSP://127.0.0.1:9/x")
        #expect(capital?.code == refusal(of: "rtsp://127.0.0.1:9/x")?.code)
        #expect(capital?.code == .openFailed)
    }

    @Test func `a folder, a pipe and a device are no clips`() throws {
        let pipe = folder.file("pipe.mp4")
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [folder.path, pipe, "/dev/null"] {
            let error = refusal(of: path)
            #expect(error?.code == .notSupported)
            #expect(error?.isPermanent == true)
        }
    }

    @Test(arguments: [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nclip.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile 'clip.ts'\n",
        "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile\"></MPD>",
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 9 RTP/AVP 96\r\n",
        ";FFMETADATA1\ntitle=x\n",
    ])
    func `a playlist is not followed`(content: String) throws {
        _ = try ClipMaker.make("clip.ts", in: folder)
        for name in ["list.m3u8", "list.mp4", "list.txt"] {
            let error = refusal(of: try folder.write(content.utf8, to: name))
            #expect(error?.code == .notSupported || error?.code == .invalidData, "\(name): \(error?.description ?? "")")
        }
    }

    @Test func `a still picture and a sound file are no clips`() throws {
        let picture = try ClipMaker.make("picture.png", in: folder) { recipe in
            recipe.frames = 1
            recipe.codec = ["-c:v", "png"]
            recipe.pixelFormat = "rgb24"
        }
        #expect(refusal(of: picture)?.code == .notSupported)
        #expect(refusal(of: folder.path + "/picture%d.png")?.code == .notFound)
        let sound = folder.file("sound.mp4")
        try CommandLineTool.run("ffmpeg", ["-loglevel", "error", "-f", "lavfi", "-i", "sine=d=1", sound])
        #expect(refusal(of: sound)?.code == .noVideoStream)
    }

    @Test func `an empty file and noise are invalid data`() throws {
        var random = SplitMix(seed: 1)
        let noise = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for content in [[], [0], Array("hello, this is no video".utf8), noise] {
            let error = refusal(of: try folder.write(content, to: "file.mp4"))
            let isExpected = [.invalidData, .notSupported, .noVideoStream, .openFailed].contains(error?.code)
            #expect(isExpected, "\(error?.description ?? "")")
        }
    }

    @Test func `a codec that is not on the list is named`() throws {
        let clip = try ClipMaker.make("clip.mkv", in: folder) { recipe in
            recipe.codec = ["-c:v", "huffyuv"]
            recipe.pixelFormat = "yuv422p"
        }
        let error = refusal(of: clip)
        #expect(error?.code == .unsupportedCodec)
        #expect(error?.description.contains("huffyuv") == true)
        #expect(error?.isPermanent == true)
    }

    @Test(arguments: [
        "http://127.0.0.1:9/x.mp4", "concat:a|b", "udp://127.0.0.1:9", "srt://127.0.0.1:9", "rtmp://x/y",
    ])
    func `other protocols are refused before anything is opened`(address: String) {
        let error = refusal(of: address)
        #expect(error?.code == .notSupported || error?.code == .notFound)
    }

    @Test func `a name with a colon is a name`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let odd = folder.file("concat:tcp:x.mp4")
        #expect(rename(clip, odd) == 0)
        #expect(try Playback(odd).pictures.count == 30)
        #expect(try Playback("file://" + odd).pictures.count == 30)
    }

    @Test func `stop before opening opens nothing`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let interrupt = SourceInterrupt()
        interrupt.stop()
        let error = #expect(throws: MediaError.self) {
            _ = try MediaSource(opening: SourceAddress(clip), interrupt: interrupt)
        }
        #expect(error?.code == .interrupted)
    }

    @Test func `a picture of a hundred megapixels is refused`() throws {
        // A JPEG that claims 16,000 by 16,000 in its frame header.
        let clip = try ClipMaker.make("clip.avi", in: folder) { recipe in
            recipe.codec = ClipMaker.mjpeg
            recipe.pixelFormat = "yuvj420p"
        }
        var bytes = try TemporaryDirectory.read(clip)
        for index in bytes.indices.dropLast(9) where bytes[index] == 0xff && bytes[index + 1] == 0xc0 {
            bytes.replaceSubrange(index + 5..<index + 9, with: [0x3e, 0x80, 0x3e, 0x80])
        }
        let playback = try Playback(folder.write(bytes, to: "huge.avi"))
        #expect(playback.pictures.isEmpty)
        #expect(playback.decoderStatistics.failedPackets == 30)
    }
}
