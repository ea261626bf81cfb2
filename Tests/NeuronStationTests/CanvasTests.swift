import NeuronCore
import NeuronStation
import NeuronTestSupport
import Testing

/// What is drawn on pictures, sample by sample.
@Suite struct CanvasTests {
    private let size = FrameSize(width: 61, height: 35)

    private func lit(_ picture: ColourPicture) -> Set<[Int]> {
        let places = picture.luma.indices.filter { picture.luma[$0] != 16 }
        return Set(places.map { [$0 % picture.size.width, $0 / picture.size.width] })
    }

    @Test func `a filled rectangle has its colour in all three planes and nothing outside`() {
        var canvas = Canvas(ColourPicture(size: size))
        canvas.fill(PixelBox(left: 10, top: 4, right: 20, bottom: 8), .signalRed)
        let picture = canvas.picture
        #expect(lit(picture).count == 40)
        #expect(lit(picture).allSatisfy { (10..<20).contains($0[0]) && (4..<8).contains($0[1]) })
        #expect(picture.red.count { $0 == DrawingColour.signalRed.red } == 10)
        #expect(DrawingColour.signalRed.red > 200 && DrawingColour.signalRed.blue < 128)
    }

    @Test func `what lies outside of the picture is cut off`() {
        var canvas = Canvas(ColourPicture(size: size))
        canvas.outline(PixelBox(left: -50, top: -50, right: 5, bottom: 5), .white)
        canvas.fill(PixelBox(left: 60, top: 30, right: 900, bottom: 900), .white)
        canvas.fill(PixelBox(left: 100, top: 100, right: 120, bottom: 120), .white)
        canvas.fill(PixelBox(left: 20, top: 20, right: 10, bottom: 10), .white)
        canvas.write("outside", left: -20, top: 33, .white)
        canvas.outline(RelativePolygon([RelativePoint(x: 1, y: 1), RelativePoint(x: 0, y: 1)]), .green)
        #expect(lit(canvas.picture).contains([60, 34]) && !lit(canvas.picture).contains([30, 10]))
    }

    @Test func `letters are as wide as they say, and capitals stand for small ones`() {
        var small = Canvas(ColourPicture(size: size))
        let end = small.write("gate 1.5", left: 2, top: 3, .white)
        var capitals = Canvas(ColourPicture(size: size))
        capitals.write("GATE 1.5", left: 2, top: 3, .white)
        #expect(small.picture == capitals.picture && end == 2 + 8 * 6 + 1)
        #expect(
            !lit(small.picture).isEmpty && lit(small.picture).allSatisfy { $0[0] < end && $0[1] < 3 + small.lineHeight }
        )
    }

    @Test func `a mask leaves no sample of what it covers, at any place and size`() {
        var random = SplitMix(seed: 3)
        for _ in 0..<50 {
            let size = FrameSize(
                width: .random(in: 2...70, using: &random),
                height: .random(in: 2...70, using: &random)
            )
            let polygon = RelativePolygon(
                (0..<Int.random(in: 3...6, using: &random)).map { _ in
                    RelativePoint(x: .random(in: 0...1, using: &random), y: .random(in: 0...1, using: &random))
                }
            )
            var picture = ColourPicture(size: size)
            for index in picture.luma.indices { picture.luma[index] = 200 }
            for index in picture.red.indices { picture.red[index] = 255 }
            var canvas = Canvas(picture)
            canvas.burn(PolygonRaster([polygon], size: size))
            for y in 0..<size.height {
                for x in 0..<size.width {
                    let point = RelativePoint(
                        x: (Double(x) + 0.5) / Double(size.width),
                        y: (Double(y) + 0.5) / Double(size.height)
                    )
                    guard polygon.contains(point) else { continue }
                    #expect(canvas.picture.luma[y * size.width + x] == 16)
                    #expect(canvas.picture.red[y / 2 * canvas.picture.colourWidth + x / 2] == 128)
                }
            }
        }
    }

    @Test func `a turned picture shows its samples where the turned boxes are`() {
        for orientation in PictureOrientation.allCases {
            var stored = Canvas(ColourPicture(size: size))
            let box = PixelBox(left: 6, top: 8, right: 16, bottom: 12)
            stored.fill(box, .white)
            let shown = stored.picture.displayed(in: orientation)
            let turned = orientation.displayed(box, of: size)
            #expect(shown.size == orientation.displayed(size))
            #expect(lit(shown).count == 40)
            #expect(
                lit(shown).allSatisfy { place in
                    (turned.left..<turned.right).contains(place[0]) && (turned.top..<turned.bottom).contains(place[1])
                }
            )
        }
    }
}
