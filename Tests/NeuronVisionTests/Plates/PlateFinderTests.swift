import Foundation
import NeuronCore
import NeuronVision
import Testing

@Suite struct PlateFinderTests {
    /// A grey picture with something on it that has a plate's shape: a light board with dark strokes.
    static func board(width: Int, height: Int, at x: Int, _ y: Int, scale: Int = 1) -> [UInt8] {
        var picture = [UInt8](repeating: 110, count: width * height)
        for row in 0..<20 * scale {
            for column in 0..<90 * scale {
                let (r, c) = (row / scale, column / scale)
                let isStroke =
                    (4..<16).contains(r) && (6..<84).contains(c) && (c % 11 < 2 || (c % 11 < 7 && (r == 4 || r == 10)))
                picture[(y + row) * width + x + column] = isStroke ? 25 : 225
            }
        }
        return picture
    }

    private func plates(
        _ picture: [UInt8],
        width: Int,
        height: Int,
        region: PixelBox? = nil,
        minimumScore: Double = 0.05,
        target: KernelTarget = .best
    ) throws -> [PlateBox] {
        var finder = PlateFinder(net: try PlateNet.embedded.get(), minimumScore: minimumScore, target: target)
        finder.search(LumaPlane(samples: picture.span, width: width, height: height, stride: width), in: region)
        return finder.plates
    }

    @Test func `a board is found where it is, best first`() throws {
        let plates = try plates(Self.board(width: 640, height: 360, at: 250, 160), width: 640, height: 360)
        let best = try #require(plates.first)
        #expect(abs(best.left - 250) < 20 && abs(best.right - 340) < 20)
        #expect(abs(best.top - 160) < 10 && abs(best.bottom - 180) < 10)
        #expect(plates.map(\.score) == plates.map(\.score).sorted(by: >))
        #expect(plates.count <= PlateFinder.mostPlates)
    }

    @Test func `a picture moved by 32 samples has its boxes moved by 32`() throws {
        // Far from the edges nothing but the place changes; the net sees no farther than some 300 samples.
        let (width, height) = (640, 1280)
        let here = try plates(Self.board(width: width, height: height, at: 270, 620), width: width, height: height)
        let below = try plates(Self.board(width: width, height: height, at: 270, 652), width: width, height: height)
        let best = try #require(here.first)
        let moved = try #require(below.first)
        // The mean of boxes is taken where they lie, and rounds in its last bits.
        #expect(moved.score == best.score)
        #expect(abs(moved.left - best.left) < 1e-6 && abs(moved.right - best.right) < 1e-6)
        #expect(abs(moved.top - best.top - 32) < 1e-6 && abs(moved.bottom - best.bottom - 32) < 1e-6)
    }

    @Test func `every instruction set gives the same boxes`() throws {
        for (width, height) in [(640, 360), (1280, 720), (1001, 563)] {
            var picture = Self.board(width: width, height: height, at: width / 3, height / 3, scale: width / 600)
            for (index, sample) in RandomNet.picture(width: width, height: height, seed: 5).enumerated() {
                picture[index] = UInt8((Int(picture[index]) * 7 + Int(sample)) / 8)
            }
            let expected = try plates(picture, width: width, height: height)
            #expect(!expected.isEmpty)
            for target in KernelTarget.available {
                #expect(try plates(picture, width: width, height: height, target: target) == expected, "\(target)")
            }
        }
    }

    @Test func `a region gives what its own picture gives, moved to its place`() throws {
        let picture = Self.board(width: 900, height: 600, at: 500, 300)
        let region = PixelBox(left: 420, top: 250, right: 740, bottom: 400)
        let cut = (region.top..<region.bottom).flatMap { picture[$0 * 900 + region.left..<$0 * 900 + region.right] }
        let inside = try plates(picture, width: 900, height: 600, region: region)
        let alone = try plates(cut, width: region.width, height: region.height)
        #expect(!alone.isEmpty && inside.map(\.score) == alone.map(\.score))
        #expect(inside.map(\.left) == alone.map { $0.left + 420 } && inside.map(\.top) == alone.map { $0.top + 250 })
        let outside = PixelBox(left: 2000, top: -50, right: 2100, bottom: -10)
        #expect(try plates(picture, width: 900, height: 600, region: outside).isEmpty)
    }

    @Test func `regions of all sizes, one after the other, give what each gives alone`() throws {
        let (width, height) = (900, 600)
        var picture = Self.board(width: width, height: height, at: 500, 300)
        for (index, sample) in RandomNet.picture(width: width, height: height, seed: 9).enumerated() {
            picture[index] = UInt8((Int(picture[index]) * 3 + Int(sample)) / 4)
        }
        var finder = PlateFinder(net: try PlateNet.embedded.get(), minimumScore: 0.01)
        var random = SplitMix64(seed: 4)
        var found = 0
        for _ in 0..<24 {
            let (across, down) = (160 + Int(random.next() % 740), 96 + Int(random.next() % 504))
            let (left, top) = (Int(random.next() % UInt64(901 - across)), Int(random.next() % UInt64(601 - down)))
            let region = PixelBox(left: left, top: top, right: left + across, bottom: top + down)
            finder.search(LumaPlane(samples: picture.span, width: width, height: height, stride: width), in: region)
            let alone = try plates(picture, width: width, height: height, region: region, minimumScore: 0.01)
            #expect(finder.plates == alone, "\(region)")
            found += alone.count
        }
        #expect(found > 24)
    }

    @Test(arguments: [
        FrameSize(width: 1, height: 1), FrameSize(width: 16, height: 16), FrameSize(width: 1, height: 4000),
        FrameSize(width: 8000, height: 6000), FrameSize(width: 641, height: 33),
    ])
    func `black, noise and a checkerboard of any size end well, and boxes stay inside`(size: FrameSize) throws {
        var random = SplitMix64(seed: 3)
        let noise = (0..<4096).map { _ in UInt8(random.next() >> 56) }
        let kinds: [(Int, Int) -> UInt8] = [
            { _, _ in 0 }, { x, y in noise[(x &* 31 &+ y &* 1009) & 4095] },
            { x, y in (x / 3 + y / 3) % 2 == 0 ? 0 : 255 },
        ]
        for kind in kinds {
            var picture: [UInt8] = []
            picture.reserveCapacity(size.width * size.height)
            for y in 0..<size.height { for x in 0..<size.width { picture.append(kind(x, y)) } }
            for plate in try plates(picture, width: size.width, height: size.height, minimumScore: 0.01) {
                #expect(plate.left >= 0 && plate.top >= 0 && plate.width > 0 && plate.height > 0)
                #expect(plate.right <= Double(size.width) && plate.bottom <= Double(size.height))
            }
        }
    }

    @Test func `two to one is the rounded mean of four, and any other ratio is the reference's`() throws {
        let net = try PlateNet.embedded.get()
        for (width, height) in [(1280, 46), (1281, 40), (961, 35), (700, 1400), (3000, 30)] {
            let picture = RandomNet.picture(width: width, height: height, seed: 9)
            for target in KernelTarget.available {
                var finder = PlateFinder(net: net, target: target)
                finder.search(LumaPlane(samples: picture.span, width: width, height: height, stride: width))
                let (samples, size) = finder.workingPicture
                if width == 1280 {
                    let means = (0..<size.height * size.width).map { index in
                        let at = index / size.width * 2 * width + index % size.width * 2
                        let sum = [at, at + 1, at + width, at + width + 1].reduce(2) { $0 + Int(picture[$1]) }
                        return UInt8(sum >> 2)
                    }
                    #expect(samples == means)
                }
                guard target == .best || width < 1000 else { continue }
                let expected = AreaReference.resample(
                    picture,
                    width: width,
                    height: height,
                    toWidth: size.width,
                    height: size.height
                )
                #expect(samples == expected, "\(width)x\(height) on \(target)")
            }
        }
    }

    @Test func `a flat picture stays flat however it is shrunk`() throws {
        var finder = PlateFinder(net: try PlateNet.embedded.get())
        for level in [UInt8(0), 1, 127, 254, 255] {
            let picture = [UInt8](repeating: level, count: 1733 * 977)
            finder.search(LumaPlane(samples: picture.span, width: 1733, height: 977, stride: 1733))
            #expect(Set(finder.workingPicture.samples) == [level])
        }
    }

    @Test func `a score is the logistic function of its logit and needs no mathematical library`() throws {
        let picture = Self.board(width: 640, height: 360, at: 250, 160)
        var finder = PlateFinder(net: try PlateNet.embedded.get(), minimumScore: 0.05)
        finder.search(LumaPlane(samples: picture.span, width: 640, height: 360, stride: 640))
        for plate in finder.plates {
            let logit = (log(plate.score / (1 - plate.score)) * 128).rounded()
            #expect(abs(1 / (1 + exp(-logit / 128)) - plate.score) < 1e-12 && plate.score >= 0.05)
        }
    }
}
