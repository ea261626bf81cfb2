/// The kernels' specification: what each one computes, sample by sample, with nothing done for speed.
///
/// `CVisionKernels.h` names shapes and units. The kernels equal these functions bit for bit on every instruction set;
/// the tests hold them to it, and the benchmark measures both.
package enum KernelReference {
    /// Edge of a cell in samples of the analysed picture.
    package static let cellSize = 8

    /// The block means of a picture, rounded; blocks that an edge cuts are left out.
    package static func downscale(
        _ source: [UInt8],
        stride: Int,
        width: Int,
        height: Int,
        factor: Int,
        into result: inout [UInt8],
        resultStride: Int
    ) {
        for y in 0..<height / factor {
            for x in 0..<width / factor {
                var sum = 0
                for row in y * factor..<(y + 1) * factor {
                    for column in x * factor..<(x + 1) * factor { sum += Int(source[row * stride + column]) }
                }
                result[y * resultStride + x] = UInt8((sum + factor * factor / 2) / (factor * factor))
            }
        }
    }

    /// Burns the samples to 0 where `keep` is 0, and leaves them where it is 255.
    package static func keep(_ plane: inout [UInt8], keep: [UInt8], stride: Int, width: Int, height: Int) {
        for y in 0..<height {
            for x in 0..<width { plane[y * stride + x] &= keep[y * stride + x] }
        }
    }

    /// The sum of each cell's samples, row after row of cells.
    package static func cellSums(_ plane: [UInt8], stride: Int, width: Int, height: Int, into sums: inout [UInt16]) {
        let cellsWide = (width + cellSize - 1) / cellSize
        for index in 0..<cellsWide * ((height + cellSize - 1) / cellSize) { sums[index] = 0 }
        for y in 0..<height {
            for x in 0..<width {
                sums[y / cellSize * cellsWide + x / cellSize] += UInt16(plane[y * stride + x])
            }
        }
    }

    /// `a * b` where `b` is in 1/32768, rounded half up.
    static func scaled(_ a: Int, _ b: Int) -> Int { (a * b + 16_384) >> 15 }

    /// How far a sample is from its background under its gain, in 1/32 levels.
    static func difference(_ sample: UInt8, background: Int16, gain: Int16) -> Int {
        abs(Int(sample) * 32 - scaled(Int(background), Int(gain)))
    }

    /// The square of a difference in quarter levels, which counts as 255 at most, in 1/8 levels squared.
    static func square(quarters: Int) -> Int { min(quarters, 255) * min(quarters, 255) / 2 }

    /// Whether a difference in 1/32 levels is more than a sample's noise.
    static func isBeyond(_ difference: Int, variance: Int16, floor: Int16, factor: Int16) -> Bool {
        let limit = scaled(min(Int(variance), 1023) * 32, Int(factor))
        return difference > Int(floor) && square(quarters: difference / 8) > limit
    }

    /// The bits where a picture differs from its background by more than its noise.
    package static func compare(
        _ plane: [UInt8],
        background: [Int16],
        variance: [Int16],
        gain: [Int16],
        stride: Int,
        width: Int,
        height: Int,
        floor: Int16,
        factor: Int16,
        marks: inout [UInt8],
        bitsStride: Int
    ) {
        for y in 0..<height {
            for byte in 0..<(width + 7) / 8 { marks[y * bitsStride + byte] = 0 }
            for x in 0..<width {
                let index = y * stride + x
                let light = gain[y / cellSize * stride + x]
                let difference = difference(plane[index], background: background[index], gain: light)
                guard isBeyond(difference, variance: variance[index], floor: floor, factor: factor) else { continue }
                marks[y * bitsStride + x / 8] |= 1 << UInt8(x % 8)
            }
        }
    }

    /// Clears the marks of samples that the background next to them explains, in the listed cells.
    package static func trimCells(
        _ plane: [UInt8],
        background: [Int16],
        variance: [Int16],
        gain: [Int16],
        stride: Int,
        width: Int,
        height: Int,
        floor: Int16,
        factor: Int16,
        cells: [Int32],
        cellColumns: Int,
        marks: inout [UInt8],
        bitsStride: Int
    ) {
        for cell in cells {
            let (row, column) = Int(cell).quotientAndRemainder(dividingBy: cellColumns)
            for y in row * cellSize..<min((row + 1) * cellSize, height) {
                for x in column * cellSize..<min((column + 1) * cellSize, width) {
                    var (lowest, highest) = (Int.max, Int.min)
                    for line in max(y - 1, 0)...min(y + 1, height - 1) {
                        for place in max(x - 1, 0)...min(x + 1, width - 1) {
                            lowest = min(lowest, Int(background[line * stride + place]))
                            highest = max(highest, Int(background[line * stride + place]))
                        }
                    }
                    let (index, light) = (y * stride + x, Int(gain[row * stride + x]))
                    let sample = Int(plane[index]) * 32
                    let difference = max(scaled(lowest, light) - sample, sample - scaled(highest, light), 0)
                    guard !isBeyond(difference, variance: variance[index], floor: floor, factor: factor) else {
                        continue
                    }
                    marks[y * bitsStride + x / 8] &= ~(1 << UInt8(x % 8))
                }
            }
        }
    }

    /// Moves background and variance towards a picture, and writes the background in whole levels.
    package static func update(
        _ plane: [UInt8],
        before: [UInt8],
        background: inout [Int16],
        variance: inout [Int16],
        gain: [Int16],
        stride: Int,
        width: Int,
        height: Int,
        held: [UInt8],
        moving: [UInt8],
        bitsStride: Int,
        rates: ModelRates,
        levels: inout [UInt8]
    ) {
        for y in 0..<height {
            for x in 0..<width {
                let index = y * stride + x
                let isHeld = held[y * bitsStride + x / 8] >> UInt8(x % 8) & 1 == 1
                let isMoving = moving[y * bitsStride + x / 8] >> UInt8(x % 8) & 1 == 1
                let light = gain[y / cellSize * stride + x]
                let difference = difference(plane[index], background: background[index], gain: light)
                var seen = square(quarters: difference / 8)
                if isHeld {
                    let change = square(quarters: abs(Int(plane[index]) - Int(before[index])) * 4)
                    seen = min(seen, change, Int(rates.varianceHeldLimit))
                }
                let (old, oldVariance) = (Int(background[index]), Int(variance[index]))
                let rate = Int(isHeld ? rates.backgroundHeld : rates.background)
                let varianceRate = isMoving ? 0 : Int(rates.variance)
                let updated = old + scaled(Int(plane[index]) * 128 - old, rate)
                background[index] = Int16(updated)
                variance[index] = Int16(oldVariance + scaled(seen - oldVariance, varianceRate))
                levels[index] = UInt8((updated + 64) / 128)
            }
        }
    }

    /// The number of set bits of each cell, row after row of cells.
    package static func cellCounts(
        _ bits: [UInt8],
        bitsStride: Int,
        rowBytes: Int,
        height: Int,
        into counts: inout [UInt8]
    ) {
        for index in 0..<rowBytes * ((height + cellSize - 1) / cellSize) { counts[index] = 0 }
        for y in 0..<height {
            for byte in 0..<rowBytes {
                counts[y / cellSize * rowBytes + byte] += UInt8(bits[y * bitsStride + byte].nonzeroBitCount)
            }
        }
    }

    /// The sums of the four quarters of each whole cell, and of the differences of its neighbouring samples.
    package static func cellStructure(
        _ plane: [UInt8],
        stride: Int,
        width: Int,
        height: Int,
        quarters: inout [UInt16],
        detail: inout [UInt16]
    ) {
        let (columns, rows) = (width / cellSize, height / cellSize)
        for cell in 0..<columns * rows {
            let start = cell / columns * cellSize * stride + cell % columns * cellSize
            for quarter in 0..<4 { quarters[cell * 4 + quarter] = 0 }
            detail[cell] = 0
            for y in 0..<cellSize {
                for x in 0..<cellSize {
                    let sample = plane[start + y * stride + x]
                    quarters[cell * 4 + y / 4 * 2 + x / 4] += UInt16(sample)
                    if x > 0 { detail[cell] += difference(sample, plane[start + y * stride + x - 1]) }
                    if y > 0 { detail[cell] += difference(sample, plane[start + (y - 1) * stride + x]) }
                }
            }
        }
    }

    private static func difference(_ a: UInt8, _ b: UInt8) -> UInt16 { UInt16(max(a, b) - min(a, b)) }
}
