import NeuronCore
import Testing

@testable import NeuronVision

@Suite struct PlateCoveringTests {
    @Test func `the parts of a large picture cover it, overlap, and lie inside of it`() {
        for (width, height) in [(1920, 1080), (3840, 2160), (1280, 720), (961, 4000), (1001, 641), (2592, 1944)] {
            let size = FrameSize(width: width, height: height)
            let parts = PlateCovering.parts(of: size)
            #expect(parts[0] == PixelBox(left: 0, top: 0, right: width, bottom: height))
            let columns = Set(parts.dropFirst().map(\.left)).sorted()
            let rows = Set(parts.dropFirst().map(\.top)).sorted()
            #expect(parts.count == 1 + columns.count * rows.count)
            #expect(parts.allSatisfy { $0.left >= 0 && $0.top >= 0 && $0.right <= width && $0.bottom <= height })
            #expect(columns.first == 0 && rows.first == 0)
            #expect(parts.dropFirst().map(\.right).max() == width && parts.dropFirst().map(\.bottom).max() == height)
            // A plate of 150 pixels at any place is whole in one of them.
            #expect(zip(columns, columns.dropFirst()).allSatisfy { $0 + 960 - $1 >= 150 }, "\(size) \(columns)")
            #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 + 640 - $1 >= 150 }, "\(size) \(rows)")
        }
        #expect(PlateCovering.parts(of: FrameSize(width: 960, height: 540)).count == 1)
    }

    @Test(arguments: [(3, true), (2, true), (0, false)])
    func `letters of a night that could be stretched are detail, and the noise of nothing is none`(
        levels: Int,
        isDetail: Bool
    ) {
        let samples = (0..<64 * 32).map { index -> UInt8 in
            let isStripe = index % 64 / 3 % 2 == 0
            let noise = index / 64 % 2
            return UInt8(20 + noise + (isStripe ? levels : -levels))
        }
        let plane = LumaPlane(samples: samples.span, width: 64, height: 32, stride: 64)
        let plate = PlateBox(left: 4, top: 4, right: 60, bottom: 28, score: 0.3)
        #expect(PlateCovering.hasDetail(plane, plate) == isDetail)
    }

    @Test func `an empty picture has nothing to cover`() throws {
        var covering = PlateCovering(net: try PlateNet.embedded.get())
        let samples = [UInt8](repeating: 90, count: 1280 * 720)
        let plane = LumaPlane(samples: samples.span, width: 1280, height: 720, stride: 1280)
        #expect(covering.boxes(in: plane).isEmpty)
    }
}
