import Foundation
import NeuronTestSupport
import Testing

/// `neurond annotate`, judged by what another program decodes of its files.
@Suite(.timeLimit(.minutes(10))) struct AnnotateCommandTests {
    private let folder: TemporaryDirectory
    private let walker = FixtureLabel.path(of: "clips/walker.mp4")

    init() throws { folder = try TemporaryDirectory() }

    private func annotate(_ arguments: String...) throws -> NeurondProcess.Result {
        try NeurondProcess.run(["annotate"] + arguments)
    }

    /// One line of `ffprobe`'s answer: codec, width, height, number of pictures.
    private func facts(_ file: String) throws -> String {
        let entries = "stream=codec_name,width,height,nb_read_frames"
        return try CommandLineTool.run(
            "ffprobe",
            ["-v", "error", "-count_frames", "-show_entries", entries, "-of", "csv=p=0", file]
        ).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The picture at a time, three bytes a pixel.
    private func picture(_ file: String, at time: String = "0") throws -> Picture {
        let raw = folder.file("picture.rgb")
        let arguments = ["-v", "error", "-y", "-i", file, "-ss", time, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt"]
        try CommandLineTool.run("ffmpeg", arguments + ["rgb24", raw])
        return Picture(bytes: try TemporaryDirectory.read(raw))
    }

    /// 640 pixels wide.
    private struct Picture {
        var bytes: [UInt8]

        /// How many pixels of a part of the picture satisfy a condition on red, green and blue.
        func count(_ x: Range<Int>, _ y: Range<Int>, _ condition: (Int, Int, Int) -> Bool) -> Int {
            y.reduce(0) { sum, row in
                sum
                    + x.count { column in
                        let index = (row * 640 + column) * 3
                        return condition(Int(bytes[index]), Int(bytes[index + 1]), Int(bytes[index + 2]))
                    }
            }
        }
    }

    private let isWhite = { (r: Int, g: Int, b: Int) in min(r, g, b) > 190 }
    private let isRed = { (r: Int, g: Int, b: Int) in r > 150 && g < 110 && b < 110 }

    @Test func `each picture of a clip is there, and the walker has a box where the label says`() throws {
        let output = folder.file("walker.mp4")
        let result = try annotate(walker, "--output", output)
        #expect(
            result.status == 0 && result.lines.isEmpty && result.errors.contains("775 pictures"),
            "\(result.errors)"
        )
        #expect(try facts(output).hasSuffix(",640,360,775"))
        // The label's box at the middle of the first walk: [303.3, 238, 336.7, 301] at 6.38 s.
        let (x, y, above) = (295..<355, 236..<311, 228..<238)
        #expect(try picture(output, at: "6.36").count(x, y, isWhite) > 100)
        #expect(try picture(output, at: "1.8").count(x, y, isWhite) == 0)
        #expect(try picture(walker, at: "6.36").count(x, y, isWhite) == 0)
        // What is written above the box of what moves.
        #expect(try picture(output, at: "6.36").count(x, above, isRed) > 30)
        #expect(try picture(walker, at: "6.36").count(x, above, isRed) == 0)
        #expect(!FileManager.default.fileExists(atPath: output + ".part"))
    }

    @Test func `the open alert is told on the picture, and the frame around it is red`() throws {
        let output = folder.file("part.mp4")
        #expect(try annotate(walker, "--output", output, "--from", "4", "--to", "5").status == 0)
        #expect(try facts(output).hasSuffix(",26"))
        #expect(try picture(output).count(0..<640, 357..<360) { _, _, _ in true } == 1920)
        #expect(try picture(output).count(0..<1, 20..<300, isRed) > 200)
    }

    @Test func `an open alert of another kind is told above the picture`() throws {
        let output = folder.file("frozen.mp4")
        let clip = FixtureLabel.path(of: "clips/frozen.mp4")
        #expect(try annotate(clip, "--output", output, "--every", "25").status == 0)
        #expect(try picture(output, at: "8").count(100..<300, 0..<9, isRed) == 0)
        #expect(try picture(output, at: "57").count(100..<300, 0..<9, isRed) > 40)
    }

    @Test(arguments: [("png", "png"), ("jpeg", "mjpeg")])
    func `a folder gets numbered pictures`(format: String, codec: String) throws {
        let output = folder.file("pictures")
        let result = try annotate(walker, "--output", output, "--pictures", format, "--every", "100")
        #expect(result.status == 0 && result.errors.contains("8 pictures"), "\(result.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
        let ending = format == "jpeg" ? "jpg" : "png"
        #expect(names == (1...8).map { "00000\($0).\(ending)" })
        for name in names { #expect(try facts(output + "/" + name) == "\(codec),640,360,1") }
    }

    @Test func `a mask is black, whatever moves behind it`() throws {
        let text = """
            cameras:
              - id: yard
                source: \(walker)
                zones: [{name: lane, polygon: [[0.0, 0.5], [1.0, 0.5], [1.0, 0.9], [0.0, 0.9]]}]
                masks: [{name: door, polygon: [[0.4, 0.4], [0.6, 0.4], [0.6, 0.95], [0.4, 0.95]]}]
            """
        let config = try folder.write(text.utf8, to: "neurond.yaml")
        let output = folder.file("masked")
        let options = ["--pictures", "png", "--from", "6.3", "--to", "6.4", "--config", config]
        #expect(try NeurondProcess.run(["annotate", walker, "--output", output] + options).status == 0)
        let drawn = try picture(output + "/000001.png")
        let inside = (260..<380, 185..<318)
        #expect(drawn.count(inside.0, inside.1) { r, g, b in max(r, g, b) > 30 } == 0)
        #expect(drawn.count(0..<640, 178..<181, isRed) > 400, "the edge of a zone with an open alert is red")
        #expect(try picture(walker, at: "6.36").count(inside.0, inside.1) { r, g, b in max(r, g, b) > 30 } > 10_000)
    }

    @Test(arguments: [true, false])
    func `a plate is painted over before anything is drawn, unless it is written that it may be seen`(
        isCovered: Bool
    ) throws {
        let clip = FixtureLabel.path(of: "clips/vehicle-plate.mp4")
        let text = """
            cameras:
              - {id: gate, source: \(clip), plates: {enabled: false, blur: \(isCovered)}}
            """
        let config = try folder.write(text.utf8, to: "neurond.yaml")
        let output = folder.file("plate")
        let options = ["--pictures", "png", "--from", "6.95", "--to", "7", "--config", config]
        #expect(try NeurondProcess.run(["annotate", clip, "--output", output] + options).status == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: output + "/000001.png")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let drawn = try picture(output + "/000001.png").bytes
        // Inside of the label's plate, 670, 229.8 to 736, 244.6 of a picture 1280 wide: letters are steps from dark to bright.
        let steps = (233..<242).reduce(0) { sum, row in
            sum
                + (674..<732).count { x in
                    abs(Int(drawn[(row * 1280 + x) * 3]) - Int(drawn[(row * 1280 + x + 1) * 3])) > 40
                }
        }
        #expect(isCovered ? steps < 10 : steps > 50, "\(steps)")
    }

    @Test func `a clip on its side is drawn upright`() throws {
        let output = folder.file("rotated.mp4")
        #expect(try annotate(FixtureLabel.path(of: "clips/rotated.mp4"), "--output", output).status == 0)
        #expect(try facts(output).contains(",640,360,"))
        // Label: [307.3, 238, 340.7, 301] at 6.4 s.
        #expect(try picture(output, at: "6.4").count(299..<359, 236..<311, isWhite) > 100)
    }

    @Test(arguments: ["mjpeg.avi", "hevc.mp4", "vfr.mp4", "b-frames.mp4", "mpeg4.avi"])
    func `every codec of the fixtures can be drawn on`(name: String) throws {
        let output = folder.file("drawn.mp4")
        let clip = FixtureLabel.path(of: "clips/\(name)")
        #expect(try annotate(clip, "--output", output, "--every", "10").status == 0)
        #expect(try picture(output).bytes.count > 0)
    }

    @Test func `an odd size, and one that changes, are brought to what the file can hold`() throws {
        let odd = try ClipMaker.make("odd.avi", in: folder) {
            $0.size = "161x91"
            $0.codec = ClipMaker.mjpeg
            $0.pixelFormat = "yuvj444p"
        }
        let output = folder.file("odd.mp4")
        #expect(try annotate(odd, "--output", output).status == 0)
        #expect(try facts(output).hasSuffix(",160,90,30"))
        #expect(try annotate(odd, "--output", folder.file("odd"), "--every", "30").status == 0)
        #expect(try facts(folder.file("odd") + "/000001.jpg") == "mjpeg,161,91,1")
    }

    @Test func `wrong arguments and clips end with their own codes, and leave no file`() throws {
        for (arguments, status, word) in [
            ([walker], Int32(64), "--output"), ([walker, "--output", "a.mkv"], 64, "NAME.mp4"),
            ([walker, "--output", walker], 64, "the clip itself"),
            ([walker, "--output", "a.mp4", "--every", "0"], 64, "1 or more"),
            ([walker, "--output", "a.mp4", "--from", "5", "--to", "4"], 64, "before"),
            (["none.mp4", "--output", folder.file("a.mp4")], 66, "none.mp4"),
            ([#filePath, "--output", folder.file("a.mp4")], 65, "AnnotateCommandTests"),
            ([walker, "--output", folder.file("none/a.mp4")], 74, "none/a.mp4"),
            ([walker, "--output", folder.file("none/pictures")], 74, "none/pictures"),
            ([walker, "--output", folder.file("a.mp4"), "--from", "100"], 65, "no picture"),
        ] as [([String], Int32, String)] {
            let result = try NeurondProcess.run(["annotate"] + arguments)
            #expect(result.status == status && result.errors.contains(word), "\(arguments): \(result.errors)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
