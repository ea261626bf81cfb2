import NeuronCore
import Testing

@Suite struct PictureOrientationTests {
    private let stored = FrameSize(width: 100, height: 60)

    /// The box of a displayed point, by way of the stored picture, must hold that point again.
    @Test(arguments: PictureOrientation.allCases)
    func `turning a point there and its box back meets the point`(orientation: PictureOrientation) {
        let point = RelativePoint(x: 0.125, y: 0.75)
        let inStored = orientation.stored(point)
        let x = Int(inStored.x * Double(stored.width))
        let y = Int(inStored.y * Double(stored.height))
        let box = orientation.displayed(PixelBox(left: x, top: y, right: x + 1, bottom: y + 1), of: stored)
        let size = orientation.displayed(stored)
        #expect(abs(Double(box.left) - point.x * Double(size.width)) <= 1)
        #expect(abs(Double(box.top) - point.y * Double(size.height)) <= 1)
        #expect(box.width == 1 && box.height == 1)
    }

    @Test func `a quarter turn clockwise brings the bottom left corner to the top left`() {
        let box = PixelBox(left: 0, top: 50, right: 10, bottom: 60)
        #expect(
            PictureOrientation.clockwise.displayed(box, of: stored) == PixelBox(left: 0, top: 0, right: 10, bottom: 10)
        )
    }
}
