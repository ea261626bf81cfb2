import CVisionKernels
import NeuronVision

/// The inputs of every kernel at one width, and the hashes of what comes out.
///
/// Tests/KernelVectors/check.cpp makes the same inputs in the same order; change both together. Outputs start as a
/// pattern and are hashed whole, so that a sample written outside its row shows.
struct KernelCase {
    static let widths = 1...257
    static let names = [
        "downscale", "keep", "cellSums", "compare", "update", "cellCounts", "cellStructure", "trimCells",
        "light",
    ]

    let width: Int
    let height = 11
    let stride: Int
    let bitsStride: Int
    private var plane: [UInt8] = []
    private var mask: [UInt8] = []
    private var background: [Int16] = []
    private var variance: [Int16] = []
    private var gain: [Int16] = []
    private var bits: [UInt8] = []
    private var moving: [UInt8] = []
    private var picture: [UInt8] = []
    private var sumsNow: [UInt16] = []
    private var sumsBefore: [UInt16] = []
    private var cellSamples: [UInt8] = []
    private var leftOut: [UInt8] = []
    /// All but every third one.
    private let cells: [Int32]
    private let rates: ModelRates
    private let floor: Int16 = 192
    private let factor: Int16

    /// Rows of the tallest picture to shrink: two blocks of 16 and one row more.
    private static let pictureHeight = 33
    /// Rows of cells, `width` in each, of which the light is estimated.
    private static let cellRows = 7

    init(width: Int) {
        self.width = width
        // Always odd, so that no row but the first is aligned to anything.
        stride = width + 1 + width % 2 + width % 5 * 2
        bitsStride = (width + 7) / 8 + width % 3
        factor = Int16(4096 * (1 + width % 7))
        cells = (0..<Int32((width + 7) / 8 * 2)).filter { $0 % 3 != 2 }
        rates = ModelRates(
            background: Int16(width * 127),
            backgroundHeld: Int16(width * 3),
            variance: Int16(width * 61),
            varianceHeldLimit: Int16(width * 40)
        )
        var random = SplitMix64(seed: UInt64(width))
        for _ in 0..<height * stride {
            let value = random.next()
            plane.append(UInt8(value >> 56))
            mask.append(value & 4 == 0 ? 0 : 255)
            let isNear = value & 1 == 1
            let near = Int(value >> 56) * 128 + Int(value >> 8 & 0xFFF) - 2048
            background.append(Int16(isNear ? min(max(near, 0), 32_640) : Int(value >> 20 & 0x7FFF) % 32_641))
            variance.append(Int16(value & 2 == 2 ? value >> 40 & 0x3FF : (value >> 40 & 0x7FFF) % 32_641))
            gain.append(Int16(isNear ? 8192 + Int(value >> 36 & 0x7FF) - 1024 : Int(value >> 36 & 0x7FFF)))
        }
        for _ in 0..<height * bitsStride { bits.append(UInt8(random.next() >> 56)) }
        for _ in 0..<height * bitsStride { moving.append(UInt8(random.next() >> 56)) }
        for _ in 0..<KernelCase.pictureHeight * stride { picture.append(UInt8(random.next() >> 56)) }
        for index in 0..<KernelCase.cellRows * width { appendCell(random.next(), column: index % width) }
    }

    /// Mostly the same light, some of it another, a few cells that are something else; dark ones, and left out ones.
    private mutating func appendCell(_ value: UInt64, column: Int) {
        let samples = value & 0xF == 0 ? Int(value >> 4 & 0x3F) : 64
        let before = samples * Int(value & 0x30000 == 0 ? value >> 20 & 3 : value >> 20 & 0xFF)
        let isOther = value & 0x7_0000_0000 == 0
        var now = isOther ? samples * Int(value >> 40 & 0xFF) : before + Int(value >> 40 & 0x3F) - 32
        if column * 2 > width { now = now * 9 / 8 }
        sumsNow.append(UInt16(min(max(now, 0), samples * 255)))
        sumsBefore.append(UInt16(before))
        cellSamples.append(UInt8(samples))
        leftOut.append((value >> 50) % 4 < UInt64(width % 4) ? 1 : 0)
    }

    /// Hashes of the references' outputs, in the order of ``names``.
    func referenceHashes() -> [UInt64] {
        var hashes = [FNV1a](repeating: FNV1a(), count: KernelCase.names.count)
        for factor in VisionKernels.factors {
            var out = pattern(UInt8.self, KernelCase.pictureHeight * stride)
            KernelReference.downscale(
                picture,
                stride: stride,
                width: width,
                height: KernelCase.pictureHeight,
                factor: factor,
                into: &out,
                resultStride: stride
            )
            hashes[0].add(out)
        }
        var kept = plane
        KernelReference.keep(&kept, keep: mask, stride: stride, width: width, height: height)
        hashes[1].add(kept)
        var sums = pattern(UInt16.self, 2 * ((width + 7) / 8) + 4)
        KernelReference.cellSums(plane, stride: stride, width: width, height: height, into: &sums)
        hashes[2].add(sums)
        var marks = pattern(UInt8.self, bits.count)
        KernelReference.compare(
            plane,
            background: background,
            variance: variance,
            gain: gain,
            stride: stride,
            width: width,
            height: height,
            floor: floor,
            factor: factor,
            marks: &marks,
            bitsStride: bitsStride
        )
        hashes[3].add(marks)
        var (moved, noise, levels) = (background, variance, pattern(UInt8.self, plane.count))
        KernelReference.update(
            plane,
            before: picture,
            background: &moved,
            variance: &noise,
            gain: gain,
            stride: stride,
            width: width,
            height: height,
            held: bits,
            moving: moving,
            bitsStride: bitsStride,
            rates: rates,
            levels: &levels
        )
        hashes[4].add(moved)
        hashes[4].add(noise)
        hashes[4].add(levels)
        var counts = pattern(UInt8.self, 2 * ((width + 7) / 8) + 4)
        KernelReference.cellCounts(
            bits,
            bitsStride: bitsStride,
            rowBytes: (width + 7) / 8,
            height: height,
            into: &counts
        )
        hashes[5].add(counts)
        var (quarters, detail) = (pattern(UInt16.self, width / 2 + 4), pattern(UInt16.self, width / 8 + 4))
        KernelReference.cellStructure(
            plane,
            stride: stride,
            width: width,
            height: height,
            quarters: &quarters,
            detail: &detail
        )
        hashes[6].add(quarters)
        hashes[6].add(detail)
        var trimmed = bits
        KernelReference.trimCells(
            plane,
            background: background,
            variance: variance,
            gain: gain,
            stride: stride,
            width: width,
            height: height,
            floor: floor,
            factor: factor,
            cells: cells,
            cellColumns: (width + 7) / 8,
            marks: &trimmed,
            bitsStride: bitsStride
        )
        hashes[7].add(trimmed)
        var (left, cellGains) = (leftOut, gainPattern(KernelCase.cellRows * width + 4))
        var gains = gainPattern(KernelCase.cellRows * width * 8 + 4)
        let unrest = KernelReference.light(
            now: sumsNow,
            background: sumsBefore,
            samples: cellSamples,
            leftOut: &left,
            columns: width,
            cells: &cellGains,
            rows: &gains
        )
        hashes[8].add(left)
        hashes[8].add(cellGains)
        hashes[8].add(gains)
        hashes[8].add([Int32(unrest)])
        return hashes.map(\.value)
    }

    /// Hashes of the kernels' outputs on one target, in the order of ``names``.
    func kernelHashes(on target: nd_target) -> [UInt64] {
        var hashes = [FNV1a](repeating: FNV1a(), count: KernelCase.names.count)
        for factor in VisionKernels.factors {
            var out = pattern(UInt8.self, KernelCase.pictureHeight * stride)
            nd_downscale(target, picture, stride, width, KernelCase.pictureHeight, factor, &out, stride)
            hashes[0].add(out)
        }
        var kept = plane
        nd_keep(target, &kept, mask, stride, width, height)
        hashes[1].add(kept)
        var sums = pattern(UInt16.self, 2 * ((width + 7) / 8) + 4)
        nd_cell_sums(target, plane, stride, width, height, &sums)
        hashes[2].add(sums)
        var marks = pattern(UInt8.self, bits.count)
        nd_compare(
            target,
            plane,
            background,
            variance,
            gain,
            stride,
            width,
            height,
            floor,
            factor,
            &marks,
            bitsStride
        )
        hashes[3].add(marks)
        var (moved, noise, levels) = (background, variance, pattern(UInt8.self, plane.count))
        let rates = nd_rates(
            background: rates.background,
            background_held: rates.backgroundHeld,
            variance: rates.variance,
            variance_held_limit: rates.varianceHeldLimit
        )
        nd_update(
            target,
            plane,
            picture,
            &moved,
            &noise,
            gain,
            stride,
            width,
            height,
            bits,
            moving,
            bitsStride,
            rates,
            &levels
        )
        hashes[4].add(moved)
        hashes[4].add(noise)
        hashes[4].add(levels)
        var counts = pattern(UInt8.self, 2 * ((width + 7) / 8) + 4)
        nd_cell_counts(target, bits, bitsStride, (width + 7) / 8, height, &counts)
        hashes[5].add(counts)
        var (quarters, detail) = (pattern(UInt16.self, width / 2 + 4), pattern(UInt16.self, width / 8 + 4))
        nd_cell_structure(target, plane, stride, width, height, &quarters, &detail)
        hashes[6].add(quarters)
        hashes[6].add(detail)
        var trimmed = bits
        nd_trim_cells(
            target,
            plane,
            background,
            variance,
            gain,
            stride,
            width,
            height,
            floor,
            factor,
            cells,
            cells.count,
            (width + 7) / 8,
            &trimmed,
            bitsStride
        )
        hashes[7].add(trimmed)
        var (left, cellGains) = (leftOut, gainPattern(KernelCase.cellRows * width + 4))
        var gains = gainPattern(KernelCase.cellRows * width * 8 + 4)
        var room = [Int32](repeating: 0, count: (width + Int(ND_LIGHT_MARGIN)) * Int(ND_LIGHT_ROWS))
        let unrest = nd_light(
            target,
            sumsNow,
            sumsBefore,
            cellSamples,
            &left,
            width,
            KernelCase.cellRows,
            &room,
            &cellGains,
            &gains
        )
        hashes[8].add(left)
        hashes[8].add(cellGains)
        hashes[8].add(gains)
        hashes[8].add([Int32(unrest)])
        return hashes.map(\.value)
    }

    private func gainPattern(_ count: Int) -> [Int16] { Array(repeating: 0x5A5A, count: count) }

    private func pattern<Sample: FixedWidthInteger>(_: Sample.Type, _ count: Int) -> [Sample] {
        Array(repeating: Sample(truncatingIfNeeded: 0xA5A5), count: count)
    }
}
