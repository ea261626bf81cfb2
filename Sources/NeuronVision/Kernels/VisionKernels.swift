import CVisionKernels
package import NeuronCore

/// The kernels on one instruction set, over planes of the detector.
///
/// Each function equals the one of the same name in ``KernelReference``. Planes that go together have one stride.
package struct VisionKernels: Sendable {
    package let target: KernelTarget

    /// Takes the kernels of one target.
    package init(target: KernelTarget) { self.target = target }

    /// The factors that ``downscale(_:factor:into:)`` knows.
    package static let factors = [1, 2, 3, 4, 6, 8, 12, 16]

    /// Shrinks a picture to the block means of `factor` x `factor` samples.
    package func downscale(_ source: borrowing LumaPlane, factor: Int, into result: inout Plane<UInt8>) {
        precondition(VisionKernels.factors.contains(factor), "the downscale kernel knows no such factor")
        precondition(
            result.width == source.width / factor && result.height == source.height / factor,
            "a shrunk picture must have room for every whole block"
        )
        let (stride, width, height) = (source.stride, source.width, source.height)
        let resultStride = result.stride
        source.samples.withUnsafeBufferPointer { samples in
            // A luma plane is never empty, so its samples have an address.
            guard let base = samples.baseAddress else { return }
            nd_downscale(target.handle, base, stride, width, height, factor, &result.samples, resultStride)
        }
    }

    /// Burns the samples to 0 where `mask` is 0, and leaves them where it is 255.
    package func keep(_ plane: inout Plane<UInt8>, mask: Plane<UInt8>) {
        let (stride, height) = (plane.stride, plane.height)
        nd_keep(target.handle, &plane.samples, mask.samples, stride, stride, height)
    }

    /// The sum of each cell's samples; a row of cells is as long as the stride.
    package func cellSums(_ plane: Plane<UInt8>, into sums: inout [UInt16]) {
        nd_cell_sums(target.handle, plane.samples, plane.stride, plane.stride, plane.height, &sums)
    }

    /// Marks the samples that differ from their background by more than their noise.
    package func compare(
        _ plane: Plane<UInt8>,
        background: Plane<Int16>,
        variance: Plane<Int16>,
        gain: Plane<Int16>,
        floor: Int16,
        factor: Int16,
        marks: inout Plane<UInt8>
    ) {
        nd_compare(
            target.handle,
            plane.samples,
            background.samples,
            variance.samples,
            gain.samples,
            plane.stride,
            plane.stride,
            plane.height,
            floor,
            factor,
            &marks.samples,
            marks.stride
        )
    }

    /// Clears the marks of samples that the background next to them explains, in the listed cells.
    package func trimCells(
        _ plane: Plane<UInt8>,
        background: Plane<Int16>,
        variance: Plane<Int16>,
        gain: Plane<Int16>,
        floor: Int16,
        factor: Int16,
        cells: [Int32],
        marks: inout Plane<UInt8>
    ) {
        nd_trim_cells(
            target.handle,
            plane.samples,
            background.samples,
            variance.samples,
            gain.samples,
            plane.stride,
            plane.width,
            plane.height,
            floor,
            factor,
            cells,
            cells.count,
            marks.stride,
            &marks.samples,
            marks.stride
        )
    }

    /// Moves background and variance towards a picture, and writes the background in whole levels.
    package func update(
        _ plane: Plane<UInt8>,
        before: Plane<UInt8>,
        background: inout Plane<Int16>,
        variance: inout Plane<Int16>,
        gain: Plane<Int16>,
        held: Plane<UInt8>,
        moving: Plane<UInt8>,
        rates: ModelRates,
        levels: inout Plane<UInt8>
    ) {
        let rates = nd_rates(
            background: rates.background,
            background_held: rates.backgroundHeld,
            variance: rates.variance,
            variance_held_limit: rates.varianceHeldLimit
        )
        nd_update(
            target.handle,
            plane.samples,
            before.samples,
            &background.samples,
            &variance.samples,
            gain.samples,
            plane.stride,
            plane.stride,
            plane.height,
            held.samples,
            moving.samples,
            held.stride,
            rates,
            &levels.samples
        )
    }

    /// The number of set bits of each cell, row after row of cells; a row of cells is as long as a row of bits.
    package func cellCounts(_ bits: Plane<UInt8>, into counts: inout [UInt8]) {
        nd_cell_counts(target.handle, bits.samples, bits.stride, bits.stride, bits.height, &counts)
    }

    /// The quarters and the fine detail of each whole cell, row after row of the cells that no edge cuts.
    package func cellStructure(_ plane: Plane<UInt8>, quarters: inout [UInt16], detail: inout [UInt16]) {
        nd_cell_structure(
            target.handle,
            plane.samples,
            plane.stride,
            plane.width,
            plane.height,
            &quarters,
            &detail
        )
    }

    /// The gain of each cell's neighbourhood, and of each of its columns; leaves out what the gains do not explain.
    ///
    /// - Parameters:
    ///   - now: the sum of each cell of the picture.
    ///   - background: the sum of each cell of the background.
    ///   - samples: the number of samples of each cell that count.
    ///   - leftOut: not 0 for the cells to leave out.
    ///   - columns: cells of a row.
    ///   - room: scratch room for the kernel, as ``lightRoom(columns:)`` makes it.
    ///   - cells: a gain for each cell.
    ///   - rows: a gain for each column of samples, one row per row of cells.
    /// - Returns: the mean deviation of the light from the background's, in 1/1000.
    func light(
        now: [UInt16],
        background: [UInt16],
        samples: [UInt8],
        leftOut: inout [UInt8],
        columns: Int,
        room: inout [Int32],
        cells: inout [Int16],
        rows: inout [Int16]
    ) -> Int {
        Int(
            nd_light(
                target.handle,
                now,
                background,
                samples,
                &leftOut,
                columns,
                now.count / columns,
                &room,
                &cells,
                &rows
            )
        )
    }

    /// Room for ``light(now:background:samples:leftOut:columns:room:cells:rows:)``.
    static func lightRoom(columns: Int) -> [Int32] {
        Array(repeating: 0, count: (columns + Int(ND_LIGHT_MARGIN)) * Int(ND_LIGHT_ROWS))
    }
}
