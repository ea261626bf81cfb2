import NeuronCore
import Testing

@Suite struct ColourPictureTests {
    @Test func `what is filled is flat, and the pixels beside it stay`() {
        var picture = ColourPicture(size: FrameSize(width: 11, height: 9))
        for index in picture.luma.indices { picture.luma[index] = UInt8(50 + index) }
        let before = picture
        picture.fill(PixelBox(left: 3, top: 2, right: 8, bottom: 5), .init(luma: 200, blue: 90, red: 140))
        for y in 0..<9 {
            for x in 0..<11 {
                let isInside = (3..<8).contains(x) && (2..<5).contains(y)
                #expect(picture.luma[y * 11 + x] == (isInside ? 200 : before.luma[y * 11 + x]))
            }
        }
        #expect(picture.blue.count { $0 == 90 } == 6 && picture.red.count { $0 == 140 } == 6)
        picture.fill(PixelBox(left: -50, top: -50, right: 500, bottom: 500), .black)
        #expect(picture == ColourPicture(size: picture.size))
        picture.fill(PixelBox(left: 20, top: 0, right: 30, bottom: 5), .grey)
        #expect(picture == ColourPicture(size: picture.size))
    }

    @Test func `the tone around a box does not depend on what is in it`() {
        let size = FrameSize(width: 64, height: 48)
        let box = PixelBox(left: 21, top: 13, right: 40, bottom: 22)
        var tones: Set<ColourPicture.Tone> = []
        for seed in 0..<8 {
            var picture = ColourPicture(size: size)
            for index in picture.luma.indices { picture.luma[index] = UInt8(index * 7 % 200) }
            // All that is in the box, and no sample beside it.
            for y in 13..<22 { for x in 21..<40 { picture.luma[y * 64 + x] = UInt8((x * seed * 31 + y) % 256) } }
            for y in 7..<11 { for x in 11..<20 { picture.blue[y * 32 + x] = UInt8(seed * 20) } }
            if let tone = picture.tone(around: box) { tones.insert(tone) }
        }
        #expect(tones.count == 1)
        #expect(
            ColourPicture(size: size).tone(around: PixelBox(left: 0, top: 0, right: 64, bottom: 48)) == nil
        )
    }

    @Test(arguments: PictureOrientation.allCases)
    func `a displayed box goes back to where it is stored`(orientation: PictureOrientation) {
        let stored = FrameSize(width: 1280, height: 720)
        let box = PixelBox(left: 100, top: 20, right: 340, bottom: 700)
        #expect(orientation.stored(orientation.displayed(box, of: stored), of: stored) == box)
    }

    @Test func `a raster of fewer samples covers each that stands for a covered pixel`() {
        let size = FrameSize(width: 13, height: 11)
        let raster = PrivacyMasks([
            RelativePolygon([
                RelativePoint(x: 0.3, y: 0.2), RelativePoint(x: 1, y: 0.4), RelativePoint(x: 0.5, y: 1),
            ])
        ])
        .raster(of: size, in: .upright)
        var wanted: Set<[Int]> = []
        for span in raster.spans { for x in span.from..<span.to { wanted.insert([x / 2, span.row / 2]) } }
        var found: Set<[Int]> = []
        for span in raster.shrunk(across: 1, down: 1, size: size).spans {
            for x in span.from..<span.to { found.insert([x, span.row]) }
        }
        #expect(found == wanted && found.allSatisfy { $0[0] < 7 && $0[1] < 6 })
    }
}
