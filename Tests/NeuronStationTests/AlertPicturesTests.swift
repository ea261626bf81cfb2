import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// The pictures of alerts, from the clip to what another decoder makes of the file.
@Suite(.timeLimit(.minutes(10)), .serialized) struct AlertPicturesTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// Plays a clip as a camera would be watched.
    private func play(
        _ name: String,
        _ change: (inout CameraConfiguration) -> Void = { _ in },
        _ settings: (inout AlertPictures.Settings) -> Void = { _ in }
    ) throws -> (findings: [CameraPipeline.Finding], statistics: AlertPictures.Statistics) {
        let address = SourceAddress(FixtureLabel.path(of: "clips/\(name)"))
        var camera = CameraConfiguration(id: SensorID(sanitising: "yard"), source: address)
        change(&camera)
        var plan = CameraPlan(camera, box: .unnamed)
        var pictures = AlertPictures.Settings(privacy: plan.privacy)
        settings(&pictures)
        plan.pictures = pictures
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        var source = try MediaSource(opening: address)
        try pipeline.open(source.decoderParameters)
        var findings: [CameraPipeline.Finding] = []
        while let packet = try source.nextPacket() {
            _ = try pipeline.process(packet, arrival: .epoch) { findings.append($0) }
        }
        try pipeline.drain { findings.append($0) }
        pipeline.finish(because: .sourceEnded, at: .epoch) { findings.append($0) }
        return (findings, pipeline.pictureStatistics)
    }

    /// The brightness of a JPEG, 0 to 255.
    private func luma(_ jpeg: [UInt8]?) throws -> (size: FrameSize, samples: [UInt8]) {
        let picture = try StillPicture(reading: try folder.write(try #require(jpeg), to: "picture.jpg"))
        return (
            picture.size,
            picture.withLuma { plane in
                (0..<plane.height).flatMap { y in (0..<plane.width).map { plane.samples[y * plane.stride + $0] } }
            }
        )
    }

    @Test func `each alert of motion has its first picture with its start and its best with its end`() throws {
        let (findings, statistics) = try play("walker.mp4")
        let told = findings.filter { $0.draft.type.contains(".motion.") }
        #expect(told.filter { $0.draft.phase == .opens }.count == 2)
        #expect(told.allSatisfy { $0.picture?.starts(with: [0xFF, 0xD8, 0xFF]) == true })
        #expect(told.allSatisfy { $0.messagePicture == nil })
        for alertID in Set(told.map(\.draft.alertID)) {
            let of = told.filter { $0.draft.alertID == alertID }
            #expect(of.first?.picture != of.last?.picture, "a better one was found later")
        }
        for finding in told { #expect(try luma(finding.picture).size == FrameSize(width: 640, height: 360)) }
        // Two walks of seven seconds at 25 pictures a second.
        #expect(statistics.seen > 200 && (2...24).contains(statistics.encoded), "\(statistics)")
        #expect(statistics.refused == 0)
    }

    @Test func `the same clip gives the same bytes, and the same alerts as without pictures`() throws {
        let (first, second) = (try play("walker.mp4").findings, try play("walker.mp4").findings)
        #expect(first.map(\.picture) == second.map(\.picture))
        let stamp = AlertStamp(epoch: 1, number: 1, recordedTime: .epoch)
        let lines = try NeurondProcess.run(["replay", FixtureLabel.path(of: "clips/walker.mp4")]).lines
        #expect(first.count == lines.count)
        let ids = first.map { String(decoding: $0.draft.encode(stamp), as: UTF8.self).contains("\"specversion\"") }
        #expect(ids.allSatisfy { $0 })
    }

    @Test func `a box is drawn by choice`() throws {
        let drawn = try play("walker.mp4").findings.last?.picture
        let plain = try play("walker.mp4", { _ in }, { $0.drawsBoxes = false }).findings.last?.picture
        let (with, without) = (try redPixels(drawn), try redPixels(plain))
        // The outline of a person, and nothing else.
        #expect((60...2500).contains(with) && without < 10, "\(with) \(without)")
    }

    private func redPixels(_ jpeg: [UInt8]?) throws -> Int {
        let file = try folder.write(try #require(jpeg), to: "box.jpg")
        let raw = folder.file("box.rgb")
        try CommandLineTool.run(
            "ffmpeg",
            ["-v", "error", "-y", "-i", file, "-f", "rawvideo", "-pix_fmt", "rgb24", raw]
        )
        let bytes = try TemporaryDirectory.read(raw)
        return stride(from: 0, to: bytes.count, by: 3).count {
            bytes[$0] > 170 && bytes[$0 + 1] < 110 && bytes[$0 + 2] < 110
        }
    }

    @Test func `a small one of each is made for messages`() throws {
        let (findings, _) = try play("vehicle-plate.mp4", { _ in }, { $0.hasMessages = true })
        #expect(!findings.isEmpty)
        for finding in findings where finding.draft.type.contains(".motion.") {
            let small = try #require(finding.messagePicture)
            #expect(small.count <= 64 << 10)
            #expect(try luma(small).size == FrameSize(width: 640, height: 360))
        }
    }

    @Test func `tampering and plates have their pictures too`() throws {
        let tampering = try play("tamper-cover.mp4").findings.filter { $0.draft.type.contains(".tamper.") }
        #expect(tampering.count == 2 && tampering.allSatisfy { $0.picture != nil })
        let plates = try play("vehicle-plate.mp4").findings.filter { $0.draft.type.contains(".plate.") }
        #expect(plates.count == 1 && plates.allSatisfy { $0.picture != nil })
    }

    @Test func `what a privacy mask hides is black in every picture, and what moves behind it is no alert`() throws {
        let lane = RelativePolygon([
            RelativePoint(x: 0, y: 0.5), RelativePoint(x: 1, y: 0.5), RelativePoint(x: 1, y: 1),
            RelativePoint(x: 0, y: 1),
        ])
        let hidden = try play("walker.mp4") {
            $0.masks = [MaskConfiguration(name: "lane", polygon: lane, isPrivate: true)]
        }
        #expect(hidden.findings.isEmpty)
        let half = RelativePolygon([
            RelativePoint(x: 0.5, y: 0), RelativePoint(x: 1, y: 0), RelativePoint(x: 1, y: 1),
            RelativePoint(x: 0.5, y: 1),
        ])
        let shown = try play("walker.mp4") {
            $0.masks = [MaskConfiguration(name: "half", polygon: half, isPrivate: true)]
        }
        #expect(shown.findings.count >= 2)
        for finding in shown.findings {
            let (_, samples) = try luma(finding.picture)
            for y in stride(from: 0, to: 360, by: 7) {
                #expect(samples[y * 640 + 330..<(y + 1) * 640].allSatisfy { $0 < 6 })
                #expect(samples[y * 640..<y * 640 + 300].contains { $0 > 30 })
            }
        }
    }

    @Test func `a whole picture that is hidden is never taken for tampering`() throws {
        let all = RelativePolygon([
            RelativePoint(x: 0, y: 0), RelativePoint(x: 1, y: 0), RelativePoint(x: 1, y: 1), RelativePoint(x: 0, y: 1),
        ])
        for clip in ["tamper-cover.mp4", "frozen.mp4", "ir-switch.mp4"] {
            let hidden = try play(clip) { $0.masks = [MaskConfiguration(name: "all", polygon: all, isPrivate: true)] }
            #expect(hidden.findings.isEmpty, "\(clip) \(hidden.findings.map(\.draft.type))")
        }
    }

    // MARK: - Plates

    /// The picture of the clip in which its label says where the plate is, painted and written, then read again.
    private func plate(areCovered: Bool) throws -> (variance: Double, painter: PrivacyPainter) {
        let address = SourceAddress(FixtureLabel.path(of: "clips/vehicle-plate.mp4"))
        var camera = CameraConfiguration(id: SensorID(sanitising: "gate"), source: address)
        camera.plates.isEnabled = false
        camera.plates.areCovered = areCovered
        var source = try MediaSource(opening: address)
        var decoder = try VideoDecoder(for: source.decoderParameters)
        var converter = ColourConverter()
        var kept: ColourPicture?
        while kept == nil, let packet = try source.nextPacket() {
            try decoder.decode(packet) { frame in
                if kept == nil, frame.time >= MediaTime(nanoseconds: 6_950_000_000) {
                    kept = converter.picture(of: frame)
                }
            }
        }
        var picture = try #require(kept)
        var painter = PrivacyPainter(PrivacyPainter.Plan(camera))
        let isPainted = painter.paint(&picture)
        #expect(isPainted)
        var writer = PictureWriter(.jpeg)
        let (size, samples) = try luma(try writer.file(of: picture))
        #expect(size == FrameSize(width: 1280, height: 720))
        // The label's plate: 670, 229.8 to 736, 244.6.
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        for y in 230..<245 {
            for sample in samples[y * 1280 + 670..<y * 1280 + 736] {
                count += 1
                sum += Double(sample)
                squares += Double(sample) * Double(sample)
            }
        }
        return (squares / count - sum / count * (sum / count), painter)
    }

    @Test func `a plate has no detail left in the file, searched for or not, and keeps it only where that is written`()
        throws
    {
        let (covered, painter) = try plate(areCovered: true)
        #expect(painter.covered >= 1 && covered < 4, "\(covered)")
        let (open, idle) = try plate(areCovered: false)
        #expect(idle.covered == 0 && open > 400, "\(open)")
    }

    @Test func `a picture that nobody can search is not shown at all`() {
        let camera = CameraConfiguration(id: SensorID(sanitising: "gate"), source: SourceAddress("a.mp4"))
        var painter = PrivacyPainter(PrivacyPainter.Plan(camera))
        var strip = ColourPicture(size: FrameSize(width: 100_000, height: 8))
        let isPainted = painter.paint(&strip)
        #expect(!isPainted)
    }

    // MARK: - Score

    @Test func `a large, whole and sharp thing is worth more than a small, cut or blurred one`() {
        let size = FrameSize(width: 1000, height: 500)
        let box = PixelBox(left: 100, top: 100, right: 300, bottom: 200)
        let score = PictureScore.of(box, in: size, sharpness: 0.6)
        #expect((0.3...0.5).contains(score))
        let larger = PixelBox(left: 100, top: 100, right: 400, bottom: 250)
        #expect(PictureScore.of(larger, in: size, sharpness: 0.6) > score)
        let cut = PixelBox(left: 0, top: 100, right: 200, bottom: 200)
        #expect(PictureScore.of(cut, in: size, sharpness: 0.6) < score * 0.6)
        #expect(PictureScore.of(box, in: size, sharpness: 0.1) < score)
        #expect(PictureScore.of(PixelBox(left: 1, top: 1, right: 999, bottom: 499), in: size, sharpness: 9) == 1)
        #expect(PictureScore.of(PixelBox(left: 5, top: 5, right: 5, bottom: 5), in: size, sharpness: 1) == 0)
    }

    @Test func `sharpness falls with blur and does not depend on contrast`() {
        let width = 64
        func sharpness(_ value: (Int) -> Int) -> Double {
            let samples = (0..<width * width).map { UInt8(clamping: value($0 % width)) }
            let plane = LumaPlane(samples: samples.span, width: width, height: width, stride: width)
            return PictureScore.sharpness(plane, in: PixelBox(left: 0, top: 0, right: width, bottom: width))
        }
        let stripes = sharpness { $0 / 4 % 2 == 0 ? 60 : 180 }
        let pale = sharpness { $0 / 4 % 2 == 0 ? 90 : 150 }
        let blurred = sharpness { 120 + abs($0 % 32 - 16) * 4 }
        #expect(stripes > 2 * blurred && pale > 0.7 * stripes && sharpness { _ in 90 } == 0)
    }
}
