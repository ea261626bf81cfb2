import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

/// Clips as they are found in the field: turned, uneven, cut, stamped badly, with sound.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct OddClipTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(arguments: [
        ("0", "null", PictureOrientation.upright), ("90", "transpose=cclock", .counterClockwise),
        ("180", "hflip,vflip", .upsideDown), ("270", "transpose=clock", .clockwise),
    ])
    func `a turned clip is shown as ffmpeg shows it`(tag: String, turn: String, orientation: PictureOrientation) throws
    {
        let plain = try ClipMaker.make("plain.mp4", in: folder)
        let turned = try ClipMaker.remux(plain, to: "turned.mp4", in: folder, ["-metadata:s:v", "rotate=\(tag)"])
        let hash = ["-f", "md5", "-"]
        let shown = try CommandLineTool.run("ffmpeg", ["-loglevel", "error", "-i", turned] + hash)
        let expected = try CommandLineTool.run("ffmpeg", ["-loglevel", "error", "-i", plain, "-vf", turn] + hash)
        #expect(shown == expected)

        let playback = try Playback(turned)
        #expect(playback.facts.orientation == orientation)
        #expect(playback.facts.size == FrameSize(width: 64, height: 48))
        #expect(playback.pictures.allSatisfy { $0.orientation == orientation && $0.size.width == 64 })
        #expect(playback.pictures.map(\.hash) == (try Playback(plain)).pictures.map(\.hash))
    }

    @Test func `a variable frame rate keeps every frame's own time`() throws {
        // Frames 3 and 4 of every five are missing.
        let clip = try ClipMaker.make("variable.mkv", in: folder) { recipe in
            recipe.frames = 12
            recipe.extra = ["-vf", "select='lt(mod(n,5),3)'", "-vsync", "vfr"]
        }
        let playback = try Playback(clip)
        #expect(playback.milliseconds == [0, 100, 200, 500, 600, 700, 1000, 1100, 1200, 1500, 1600, 1700])
        #expect(playback.packetStatistics.repairs == TimestampRepair.Counts())
    }

    @Test func `sound beside the video is known and not read`() throws {
        for name in ["sound.mp4", "sound.mkv", "sound.ts"] {
            let playback = try Playback(ClipMaker.make(name, in: folder) { $0.hasAudio = true })
            #expect(playback.facts.hasAudio)
            #expect(playback.pictures.count == 30)
            #expect(playback.packets.count == 30)
        }
    }

    @Test(arguments: [("clip.mp4", "yuv420p10le"), ("clip.avi", "yuv420p")])
    func `ten bits are a quarter of themselves and eight are as they are`(name: String, format: String) throws {
        let clip = try ClipMaker.make(name, in: folder) { recipe in
            recipe.codec = format == "yuv420p" ? ClipMaker.mpeg4 : ClipMaker.h265
            recipe.pixelFormat = format
        }
        let playback = try Playback(clip)
        let raw = folder.file("raw.yuv")
        try CommandLineTool.run("ffmpeg", ["-loglevel", "error", "-i", clip, "-frames:v", "1", "-f", "rawvideo", raw])
        let bytes = try TemporaryDirectory.read(raw)
        let pixels = 64 * 48
        let isWide = format != "yuv420p"
        let luma = (0..<pixels).map { isWide ? Int(bytes[2 * $0]) + Int(bytes[2 * $0 + 1]) << 8 : Int(bytes[$0]) }
        let upper = luma.map { UInt8(isWide ? $0 >> 2 : $0) }
        #expect(try #require(playback.pictures.first).hash == Playback.hash(upper))
        #expect(playback.decoderStatistics.convertedFrames == (isWide ? 30 : 0))
    }

    @Test(arguments: ["yuvj420p", "yuvj422p", "yuvj444p", "gray"])
    func `MJPEG of every layout has its luma used as it is`(format: String) throws {
        let clip = try ClipMaker.make("clip.mkv", in: folder) { recipe in
            recipe.codec = format == "gray" ? ["-c:v", "mjpeg", "-strict", "-1"] : ClipMaker.mjpeg
            recipe.pixelFormat = format
        }
        let playback = try Playback(clip)
        #expect(playback.pictures.count == 30)
        #expect(playback.decoderStatistics.convertedFrames == 0)
        #expect(playback.facts.isIntraOnly)
        #expect(playback.packets.allSatisfy { $0.facts.isIntraOnly && $0.facts.isKeyframe })
    }

    @Test func `odd picture sizes come out whole`() throws {
        let clip = try ClipMaker.make("odd.mkv", in: folder) { recipe in
            recipe.size = "67x45"
            recipe.codec = ClipMaker.mjpeg
            recipe.pixelFormat = "yuvj420p"
        }
        #expect(try Playback(clip).pictures.allSatisfy { $0.size == FrameSize(width: 67, height: 45) })
    }

    @Test func `a clip that starts in mid-stream starts at its first keyframe at zero`() throws {
        let whole = try ClipMaker.make("whole.ts", in: folder)
        let bytes = try TemporaryDirectory.read(whole)
        let cut = try folder.write(bytes[(188 * (bytes.count / 188 / 6))...], to: "cut.ts")
        // The programme table stands at the start of the file.
        let head = try folder.write(bytes[..<(188 * 3)] + (try TemporaryDirectory.read(cut)), to: "head.ts")
        let playback = try Playback(head)
        let reference = try Playback(whole)
        #expect(playback.times.first == .zero)
        #expect(playback.pictures.count >= 19)
        #expect(playback.pictures.map(\.hash).suffix(19) == reference.pictures.map(\.hash).suffix(19))
        #expect(playback.packets.first?.facts.isKeyframe == true)
    }

    @Test func `a clip without keyframes gives nothing, and tells of each packet that it had once`() throws {
        let whole = try ClipMaker.make("whole.mkv", in: folder) { $0.codec = ClipMaker.cameraH264 }
        let clip = try ClipMaker.remux(whole, to: "keyless.mkv", in: folder, ["-bsf:v", "noise=drop=key"])
        var source = try MediaSource(opening: SourceAddress(clip))
        var waits = 0
        // Its end is no packet: a camera that sends nothing would count as one that does.
        #expect(try source.nextPacket { waits += 1 } == nil)
        #expect(waits == 27)
        #expect(source.statistics.beforeFirstKeyframe == 27)
    }

    @Test func `an edit list hides what is before its start and time begins behind it`() throws {
        let whole = try ClipMaker.make("whole.mp4", in: folder)
        let cut = try ClipMaker.remux(whole, to: "cut.mp4", in: folder, before: ["-ss", "1.35"])
        let (all, rest) = (try Playback(whole), try Playback(cut))
        #expect(rest.times.first == .zero)
        #expect(rest.isRising)
        let shown = rest.pictures.map(\.hash)
        #expect(shown.count < 20)
        #expect(shown == all.pictures.map(\.hash).suffix(shown.count))
    }

    @Test func `time stamps that start late or below zero still start at zero`() throws {
        let plain = try ClipMaker.make("plain.mkv", in: folder)
        let late = try ClipMaker.remux(plain, to: "late.ts", in: folder, before: ["-itsoffset", "3600"])
        let expected = try Playback(plain).times
        #expect(try Playback(late).times == expected)
    }

    @Test func `a gap in the middle of a file is bridged by one interval`() throws {
        let plain = try ClipMaker.make("plain.mkv", in: folder)
        let gapped = try ClipMaker.remux(
            plain,
            to: "gapped.mkv",
            in: folder,
            ["-bsf:v", "setts=pts='PTS+gte(N,10)*3600/TB':dts='DTS+gte(N,10)*3600/TB'"]
        )
        let playback = try Playback(gapped)
        #expect(playback.milliseconds == (0..<30).map { Int64($0) * 100 })
        #expect(playback.packetStatistics.repairs.jumps == 1)
        #expect(playback.packets.count(where: \.hasJumped) == 1)
        #expect(playback.packets.first(where: \.hasJumped)?.presentationTime == .zero + .seconds(1))
    }

    @Test func `stamps that all say the same still rise`() throws {
        let plain = try ClipMaker.make("plain.mkv", in: folder) { $0.codec = ClipMaker.cameraH264 }
        let flat = try ClipMaker.remux(plain, to: "flat.mkv", in: folder, ["-bsf:v", "setts=ts='floor(N/3)*300'"])
        let playback = try Playback(flat)
        #expect(playback.pictures.count == 30)
        #expect(playback.isRising)
        #expect(playback.packetStatistics.repairs.duplicates == 20)
    }

    @Test func `the picture size may change within a file`() throws {
        let small = try ClipMaker.make("small.h264", in: folder) { $0.codec = ClipMaker.cameraH264 }
        let large = try ClipMaker.make("large.h264", in: folder) { recipe in
            recipe.codec = ClipMaker.cameraH264
            recipe.size = "128x96"
        }
        let bytes = try TemporaryDirectory.read(small) + TemporaryDirectory.read(large)
        let playback = try Playback(folder.write(bytes, to: "both.h264"))
        #expect(
            playback.pictures.map(\.size.width) == Array(repeating: 64, count: 30) + Array(repeating: 128, count: 30)
        )
        #expect(playback.isRising)
    }

    @Test(arguments: ["clip.mp4", "clip.mkv", "clip.ts", "clip.avi", "clip.h264"], [50, 70, 99])
    func `a clip that is cut off gives what is there`(name: String, percent: Int) throws {
        // A film that is recorded has its index in front, or is made of fragments.
        let clip = try ClipMaker.make(name, in: folder) { recipe in
            recipe.size = "320x240"
            if name == "clip.mp4" { recipe.extra = ["-movflags", "+faststart"] }
        }
        let bytes = try TemporaryDirectory.read(clip)
        let cut = try folder.write(bytes.prefix(bytes.count * percent / 100), to: "cut-\(percent)-\(name)")
        let (whole, playback) = (try Playback(clip), try Playback(cut))
        #expect(playback.pictures.count >= 30 * percent / 100 - 12)
        #expect(playback.isRising)
        // All but what the cut went through is as it was.
        let shared = playback.pictures.dropLast(3).map(\.hash)
        #expect(shared == whole.pictures.prefix(shared.count).map(\.hash))
    }

    @Test(arguments: ["h264", "hevc", "mpeg4", "mjpeg"])
    func `pictures are the same to the bit without any special instructions of the processor`(codec: String) throws {
        let clip = try ClipMaker.make("clip.mkv", in: folder) { recipe in
            recipe.size = "160x120"
            switch codec {
            case "hevc": recipe.codec = ClipMaker.h265
            case "mpeg4": recipe.codec = ClipMaker.mpeg4
            case "mjpeg":
                recipe.codec = ClipMaker.mjpeg
                recipe.pixelFormat = "yuvj420p"
            default: break
            }
        }
        let raw = folder.file("raw.yuv")
        try CommandLineTool.run(
            "ffmpeg",
            ["-loglevel", "error", "-cpuflags", "0", "-flags", "bitexact", "-idct", "simple", "-i", clip]
                + ["-vsync", "passthrough", "-f", "rawvideo", raw]
        )
        let bytes = try TemporaryDirectory.read(raw)
        let pixels = 160 * 120
        let hashes = stride(from: 0, to: bytes.count, by: pixels * 3 / 2).map { Playback.hash(bytes[$0..<$0 + pixels]) }
        #expect(try Playback(clip).pictures.map(\.hash) == hashes)
    }

    @Test func `another codec within a file is an error and not silence`() throws {
        let first = try ClipMaker.make("first.ts", in: folder)
        let second = try ClipMaker.make("second.ts", in: folder) { $0.codec = ClipMaker.h265 }
        // FFmpeg keeps to the codec it found first, so it is the decoder that must notice.
        let rest = Array(repeating: try TemporaryDirectory.read(second), count: 30).flatMap { $0 }
        let playback = try Playback(folder.write(try TemporaryDirectory.read(first) + rest, to: "both.ts"))
        #expect(playback.pictures.count >= 25)
        #expect(playback.failure?.code == .invalidData)
        #expect(playback.failure?.description.contains("decoded as 'h264'") == true)
    }

    @Test func `decoding times rise and are not after the times of showing`() throws {
        for name in ["clip.mp4", "clip.mkv", "clip.ts"] {
            let packets = try Playback(ClipMaker.make(name, in: folder)).packets
            let times = packets.compactMap(\.decodingTime)
            #expect(times.count >= 28)
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
            #expect(packets.allSatisfy { ($0.decodingTime ?? $0.presentationTime) <= $0.presentationTime })
        }
    }

    @Test func `reading twice gives the same to the bit`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let (first, second) = (try Playback(clip), try Playback(clip))
        #expect(first.pictures == second.pictures)
        #expect(first.packets.map(\.facts) == second.packets.map(\.facts))
    }

    @Test func `a cover picture is not taken for the video`() throws {
        let clip = try ClipMaker.make("clip.mp4", in: folder)
        let cover = try ClipMaker.make("cover.jpg", in: folder) { recipe in
            recipe.size = "640x480"
            recipe.frames = 1
            recipe.codec = ClipMaker.mjpeg
            recipe.pixelFormat = "yuvj420p"
        }
        let covered = folder.file("covered.mp4")
        try CommandLineTool.run(
            "ffmpeg",
            ["-loglevel", "error", "-i", cover, "-i", clip, "-map", "0", "-map", "1", "-c", "copy"]
                + ["-disposition:v:0", "attached_pic", covered]
        )
        let playback = try Playback(covered)
        #expect(playback.facts.codecName == "h264")
        #expect(playback.pictures.count == 30)
    }
}
