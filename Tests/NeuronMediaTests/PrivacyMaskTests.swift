import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

/// What is private is nowhere in what a decoder lends.
@Suite(.serialized, .timeLimit(.minutes(10))) struct PrivacyMaskTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// One lent picture: its brightness without gaps, and the same in colour, as displayed.
    private struct Seen {
        var stored: FrameSize
        var orientation: PictureOrientation
        var luma: [UInt8]
        var colour: ColourPicture
    }

    private func pictures(of clip: String, masks: PrivacyMasks) throws -> [Seen] {
        var source = try MediaSource(opening: SourceAddress(clip))
        var decoder = try VideoDecoder(for: source.decoderParameters, masks: masks)
        var converter = ColourConverter()
        var seen: [Seen] = []
        func take(_ frame: borrowing DecodedFrame) {
            let luma = frame.withLuma { plane in
                (0..<plane.height).flatMap { y in (0..<plane.width).map { plane.samples[y * plane.stride + $0] } }
            }
            guard let colour = converter.picture(of: frame) else { return }
            seen.append(Seen(stored: frame.storedSize, orientation: frame.orientation, luma: luma, colour: colour))
        }
        while let packet = try source.nextPacket() { try decoder.decode(packet) { take($0) } }
        try decoder.finish { take($0) }
        #expect(decoder.statistics.unconvertedFrames == 0)
        return seen
    }

    private static let triangle = PrivacyMasks([
        RelativePolygon([
            RelativePoint(x: 0.2, y: 0.1), RelativePoint(x: 0.9, y: 0.3), RelativePoint(x: 0.4, y: 0.95),
        ])
    ])

    /// Pixel formats, encoders, and how far brightness may be from that of the plain way.
    @Test(
        arguments: [
            ("yuv420p", ClipMaker.cameraH264, 0), ("yuv420p", ClipMaker.mpeg4, 0), ("yuvj420p", ClipMaker.mjpeg, 0),
            ("yuvj422p", ClipMaker.mjpeg, 0), ("yuv444p", ClipMaker.cameraH264, 0), ("gray", ClipMaker.cameraH264, 0),
            ("yuv420p10le", ClipMaker.cameraH264, 0), ("nv12", ClipMaker.cameraH264, 0),
            ("rgb24", ["-c:v", "libx264rgb", "-g", "10", "-bf", "0", "-preset", "ultrafast"], 1),
        ] as [(String, [String], Int)]
    )
    func `a mask is flat in each picture, and all around it is what it was`(
        format: String,
        codec: [String],
        tolerance: Int
    ) throws {
        let clip = try ClipMaker.make("clip.avi", in: folder) { recipe in
            // Odd where the encoder takes that.
            recipe.size = codec.contains { $0.hasPrefix("libx264") } ? "96x62" : "95x61"
            recipe.codec = codec
            recipe.pixelFormat = format
        }
        let plain = try pictures(of: clip, masks: .none)
        let masked = try pictures(of: clip, masks: Self.triangle)
        try #require(plain.count == 30 && masked.count == 30)
        let size = plain[0].stored
        let spans = Self.triangle.raster(of: size, in: .upright).spans
        var isInside = [Bool](repeating: false, count: size.width * size.height)
        for span in spans { for x in span.from..<span.to { isInside[span.row * size.width + x] = true } }
        #expect((900...3000).contains(isInside.count { $0 }))
        for (before, after) in zip(plain, masked) {
            // Black is 16, and 0 where the stream says that it has the full range.
            let black = after.luma[30 * size.width + 45]
            #expect(black == 0 || black == 16)
            #expect(isInside.indices.allSatisfy { !isInside[$0] || after.luma[$0] == black })
            let outside = isInside.indices.filter { !isInside[$0] }
            let farthest = outside.map { abs(Int(after.luma[$0]) - Int(before.luma[$0])) }.max() ?? 0
            #expect(farthest <= tolerance)
            #expect(isInside.indices.contains { isInside[$0] && before.luma[$0] > 40 })
            // In the middle of the mask, where no colour of its surroundings reaches.
            let middle = 30 * size.width + 45
            #expect(isInside[middle] && after.colour.luma[middle] == 16)
            let colour = 15 * after.colour.colourWidth + 22
            #expect(after.colour.blue[colour] == 128 && after.colour.red[colour] == 128)
        }
    }

    @Test func `a mask is drawn on the displayed picture, and burned into the stored one`() throws {
        let corner = PrivacyMasks([
            RelativePolygon([
                RelativePoint(x: 0, y: 0), RelativePoint(x: 0.5, y: 0), RelativePoint(x: 0.5, y: 0.25),
                RelativePoint(x: 0, y: 0.25),
            ])
        ])
        let seen = try pictures(of: FixtureLabel.path(of: "clips/rotated.mp4"), masks: corner)
        let picture = try #require(seen.first)
        #expect(picture.orientation != .upright && picture.colour.size == FrameSize(width: 640, height: 360))
        for (x, y, isHidden) in [
            (0, 0, true), (319, 0, true), (319, 89, true), (0, 89, true), (322, 0, false), (0, 92, false),
        ] {
            #expect((picture.colour.luma[y * 640 + x] == 16) == isHidden, "\(x), \(y)")
        }
        let hidden = picture.luma.count { $0 == 16 }
        #expect((28_800...29_500).contains(hidden), "\(hidden)")
    }

    @Test func `a picture that changes its size in the stream is masked in its new size`() throws {
        let (small, large) = (
            try ClipMaker.make("a.ts", in: folder) { $0.codec = ClipMaker.cameraH264 },
            try ClipMaker.make("b.ts", in: folder) {
                $0.codec = ClipMaker.cameraH264
                $0.size = "128x96"
            }
        )
        let both = try TemporaryDirectory.read(small) + TemporaryDirectory.read(large)
        let clip = try folder.write(both, to: "both.ts")
        let seen = try pictures(of: clip, masks: Self.triangle)
        #expect(Set(seen.map(\.stored)) == [FrameSize(width: 64, height: 48), FrameSize(width: 128, height: 96)])
        for picture in seen {
            for span in Self.triangle.raster(of: picture.stored, in: .upright).spans {
                let row = span.row * picture.stored.width
                #expect(picture.luma[row + span.from..<row + span.to].allSatisfy { $0 == 16 })
            }
        }
    }
}
