import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct StillPictureTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// 48x32: a dark picture, bright in its upper left corner (16x8) and grey in its upper right one.
    private func source() throws -> String {
        var file = Array("P5\n48 32\n255\n".utf8)
        for y in 0..<32 { for x in 0..<48 { file.append(y < 8 && x < 16 ? 235 : y < 8 && x >= 40 ? 128 : 20) } }
        return try folder.write(file, to: "source.pgm")
    }

    private func converted(_ name: String, _ options: [String]) throws -> String {
        let arguments = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", try source()]
        try CommandLineTool.run("ffmpeg", arguments + options + [folder.file(name)])
        return folder.file(name)
    }

    /// The brightness at a place of the displayed picture.
    private func samples(_ path: String, _ places: [(Int, Int)]) throws -> (size: FrameSize, values: [Int]) {
        let picture = try StillPicture(reading: path)
        let values = picture.withLuma { luma in places.map { Int(luma.samples[$0.1 * luma.stride + $0.0]) } }
        return (picture.size, values)
    }

    @Test(arguments: [
        ("plain.jpg", ["-q:v", "2"]), ("full.jpg", ["-pix_fmt", "yuvj444p", "-q:v", "2"]),
        ("grey.png", ["-pix_fmt", "gray"]), ("deep.png", ["-pix_fmt", "gray16be"]),
        ("colour.png", ["-pix_fmt", "rgb24"]),
        ("clear.png", ["-pix_fmt", "rgba"]),
        ("palette.png", ["-vf", "split[a][b];[a]palettegen=max_colors=8[p];[b][p]paletteuse=dither=none"]),
        ("colour.bmp", ["-pix_fmt", "bgr24"]),
        ("moving.gif", []), ("lossless.webp", ["-lossless", "1"]), ("strips.tiff", []),
        ("ten.pgm", ["-pix_fmt", "gray10be"]),
        ("colour.ppm", []), ("planar.jpg", ["-pix_fmt", "yuvj422p", "-q:v", "2"]), ("any.pam", ["-pix_fmt", "rgb24"]),
    ])
    func `every kind of picture gives its brightness`(name: String, options: [String]) throws {
        let (size, values) = try samples(try converted(name, options), [(4, 3), (44, 3), (24, 20)])
        #expect(size == FrameSize(width: 48, height: 32))
        for (value, expected) in zip(values, [235, 128, 20]) { #expect(abs(value - expected) <= 6, "\(values)") }
    }

    /// Where EXIF's orientations put the bright and the grey corner: of the displayed picture left or right, upper or lower.
    @Test(arguments: [
        (1, (4, 3), (44, 3)), (2, (43, 3), (3, 3)), (3, (43, 28), (3, 28)), (4, (4, 28), (44, 28)),
        (5, (3, 4), (3, 44)), (6, (28, 4), (28, 44)), (7, (28, 43), (28, 3)), (8, (3, 43), (3, 3)),
    ])
    func `a picture is turned and mirrored as its file asks`(orientation: Int, bright: (Int, Int), grey: (Int, Int))
        throws
    {
        let plain = try TemporaryDirectory.read(try converted("plain.jpg", ["-q:v", "2"]))
        let tiff: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation)]
        let body = Array("Exif\0\0".utf8) + tiff + [0, 0, 0, 0, 0, 0]
        let segment: [UInt8] = [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body
        let path = try folder.write(plain.prefix(2) + segment + plain.dropFirst(2), to: "turned.jpg")
        let (size, values) = try samples(path, [bright, grey])
        #expect(size == (orientation < 5 ? FrameSize(width: 48, height: 32) : FrameSize(width: 32, height: 48)))
        #expect(abs(values[0] - 235) <= 8 && abs(values[1] - 128) <= 8, "\(values)")
    }

    @Test func `what cannot be read says why, and with which kind of fault`() throws {
        func code(_ path: String) -> MediaError.Code? {
            do throws(MediaError) {
                _ = try StillPicture(reading: path)
                return nil
            } catch {
                #expect(error.message.contains(path))
                return error.code
            }
        }
        #expect(code(folder.file("none.jpg")) == .notFound)
        #expect(code(folder.path) == .openFailed)
        #expect(code(try folder.write("hello".utf8, to: "text.jpg")) == .notSupported)
        #expect(code(try folder.write([], to: "empty.png")) == .notSupported)
        #expect(code(try folder.write(Array("P5\n100000 100000\n255\n".utf8), to: "huge.pgm")) == .invalidData)
        let whole = try TemporaryDirectory.read(try converted("whole.png", []))
        #expect(code(try folder.write(whole.prefix(40), to: "cut.png")) == .invalidData)
        try CommandLineTool.run("mkfifo", [folder.file("pipe.jpg")])
        #expect(code(folder.file("pipe.jpg")) == .openFailed)
    }

    @Test func `broken files end in a picture or in an error`() throws {
        for name in ["a.jpg", "b.png", "c.webp", "d.gif", "e.bmp", "f.tiff"] {
            let whole = try TemporaryDirectory.read(try converted(name, []))
            var random = SplitMix(seed: 7)
            for round in 0..<40 {
                var broken = whole
                for _ in 0..<1 + Int(random.next() % 4) {
                    broken[Int(random.next() % UInt64(broken.count))] = UInt8(random.next() >> 56)
                }
                if round % 4 == 0 { broken.removeLast(Int(random.next() % UInt64(broken.count))) }
                let path = try folder.write(broken, to: "broken")
                guard let picture = try? StillPicture(reading: path) else { continue }
                #expect(picture.size.width * picture.size.height <= StillPicture.maxPixels)
            }
        }
    }
}
