import NeuronCore
import NeuronVision
import Testing

@Suite struct PlateSearchTests {
    private static let size = FrameSize(width: 1280, height: 720)
    private static let moving = PixelBox(left: 420, top: 220, right: 800, bottom: 460)

    private func search(
        orientation: PictureOrientation = .upright,
        searchesPerSecond: Int = 4,
        minimumWidth: Int = 24,
        masks: [RelativePolygon] = []
    ) throws -> PlateSearch {
        PlateSearch(
            settings: PlateSearch.Settings(
                minimumScore: 0.05,
                searchesPerSecond: searchesPerSecond,
                minimumWidth: minimumWidth,
                masks: masks
            ),
            net: try PlateNet.embedded.get(),
            orientation: orientation,
            target: .best
        )
    }

    private func look(
        _ search: inout PlateSearch,
        _ picture: [UInt8],
        size: FrameSize = PlateSearchTests.size,
        moving: [PixelBox] = [PlateSearchTests.moving],
        at milliseconds: Int64
    ) -> PlateObservation? {
        let plane = LumaPlane(samples: picture.span, width: size.width, height: size.height, stride: size.width)
        return search.observe(plane, moving: moving, at: MediaTime(nanoseconds: milliseconds * 1_000_000))
    }

    private let picture = PlateFinderTests.board(width: 1280, height: 720, at: 600, 350)

    @Test func `nothing is searched where nothing moves, and no more often than asked`() throws {
        var search = try search(searchesPerSecond: 4)
        #expect(look(&search, picture, moving: [], at: 0) == nil)
        let looks = (0..<50).count { look(&search, picture, at: Int64($0) * 40) != nil }
        #expect(looks == 8)
        // A stream that begins anew begins earlier.
        #expect(look(&search, picture, at: 10) != nil)
    }

    @Test func `a plate in a moving region is found pixel by pixel, and a narrow one is left out`() throws {
        var wide = try search()
        let observation = try #require(look(&wide, picture, at: 0))
        let plate = try #require(observation.plates.first)
        #expect(abs(plate.box.left - 600) < 20 && abs(plate.box.right - 690) < 20 && abs(plate.box.top - 350) < 10)
        #expect(plate.sharpness > 0.3 && plate.score >= 0.05)
        #expect(observation.searched.left <= 420 && observation.searched.right >= 800)
        var narrow = try search(minimumWidth: 200)
        #expect(try #require(look(&narrow, picture, at: 0)).plates.isEmpty)
    }

    @Test func `a mask hides a plate, and only where it lies`() throws {
        let over = RelativePolygon(
            [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)].map { RelativePoint(x: $0.0, y: $0.1) }
        )
        let beside = RelativePolygon([(0, 0), (0.2, 0), (0.2, 1), (0, 1)].map { RelativePoint(x: $0.0, y: $0.1) })
        // Masks are burned to the grey that surrounds the plate here: nothing is left of it.
        let empty = [UInt8](repeating: 110, count: picture.count)
        var (hidden, none) = (try search(masks: [over]), try search())
        #expect(look(&hidden, picture, at: 0) == look(&none, empty, at: 0))
        var (seen, free) = (try search(masks: [beside]), try search())
        #expect(look(&seen, picture, at: 0) == look(&free, picture, at: 0))
    }

    @Test(arguments: PictureOrientation.allCases)
    func `a picture that is stored turned has its plates where they are displayed`(orientation: PictureOrientation)
        throws
    {
        let shown = Self.size
        let stored = orientation == .upright || orientation == .upsideDown ? shown : FrameSize(width: 720, height: 1280)
        var turned = [UInt8](repeating: 0, count: 1280 * 720)
        for y in 0..<stored.height {
            for x in 0..<stored.width {
                let pixel = orientation.displayed(PixelBox(left: x, top: y, right: x + 1, bottom: y + 1), of: stored)
                turned[y * stored.width + x] = picture[pixel.top * shown.width + pixel.left]
            }
        }
        let back: PictureOrientation =
            orientation == .clockwise ? .counterClockwise : orientation == .counterClockwise ? .clockwise : orientation
        var (search, upright) = (try search(orientation: orientation), try search())
        let moving = back.displayed(Self.moving, of: shown)
        let expected = try #require(look(&upright, picture, at: 0))
        #expect(!expected.plates.isEmpty)
        #expect(look(&search, turned, size: stored, moving: [moving], at: 0) == expected)
    }

    @Test func `a region as wide as the picture is also searched in halves`() throws {
        var search = try search()
        let all = PixelBox(left: 0, top: 0, right: 1280, bottom: 720)
        let searched = (0..<3).compactMap { look(&search, picture, moving: [all], at: Int64($0) * 300)?.searched }
        #expect(Set(searched.map(\.width)) == [1280, 800])
        #expect(Set(searched).count == 3)
    }
}
