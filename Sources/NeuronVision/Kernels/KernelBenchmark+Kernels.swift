import NeuronCore

/// One measurement per kernel: the same work done by the kernel and by its reference.
extension KernelBenchmark {
    func downscale(_ data: KernelBenchmarkData) -> Reading {
        let size = KernelBenchmarkData.size
        return reading(
            "downscale",
            bytes: data.frame.count + data.picture.width * data.picture.height,
            result: data.picture
        ) { result in
            let frame = LumaPlane(samples: data.frame.span, width: size.width, height: size.height, stride: size.width)
            kernels.downscale(frame, factor: data.factor, into: &result)
        } reference: { result in
            KernelReference.downscale(
                data.frame,
                stride: size.width,
                width: size.width,
                height: size.height,
                factor: data.factor,
                into: &result.samples,
                resultStride: data.picture.stride
            )
        }
    }

    func keep(_ data: KernelBenchmarkData) -> Reading {
        let (stride, height) = (data.picture.stride, data.picture.height)
        return reading("keep", bytes: 3 * stride * height, result: data.picture) { result in
            kernels.keep(&result, mask: data.mask)
        } reference: { result in
            KernelReference.keep(
                &result.samples,
                keep: data.mask.samples,
                stride: stride,
                width: stride,
                height: height
            )
        }
    }

    func cellSums(_ data: KernelBenchmarkData) -> Reading {
        let (stride, height) = (data.picture.stride, data.picture.height)
        let sums = [UInt16](repeating: 0, count: data.cellCount)
        return reading("cellSums", bytes: stride * height + 2 * sums.count, result: sums) { result in
            kernels.cellSums(data.picture, into: &result)
        } reference: { result in
            KernelReference.cellSums(
                data.picture.samples,
                stride: stride,
                width: stride,
                height: height,
                into: &result
            )
        }
    }

    func compare(_ data: KernelBenchmarkData) -> Reading {
        let (stride, height) = (data.picture.stride, data.picture.height)
        return reading("compare", bytes: 5 * stride * height + stride * height / 8, result: data.bits) { result in
            kernels.compare(
                data.picture,
                background: data.background,
                variance: data.variance,
                gain: data.gain,
                floor: 320,
                factor: 18_432,
                marks: &result
            )
        } reference: { result in
            KernelReference.compare(
                data.picture.samples,
                background: data.background.samples,
                variance: data.variance.samples,
                gain: data.gain.samples,
                stride: stride,
                width: stride,
                height: height,
                floor: 320,
                factor: 18_432,
                marks: &result.samples,
                bitsStride: data.bits.stride
            )
        }
    }

    func update(_ data: KernelBenchmarkData) -> Reading {
        let (stride, height) = (data.picture.stride, data.picture.height)
        let rates = ModelRates(
            background: 500,
            backgroundHeld: 160,
            variance: 500,
            varianceHeldLimit: 3200
        )
        let result = KernelBenchmarkData.Model(
            background: data.background,
            variance: data.variance,
            levels: data.picture
        )
        return reading("update", bytes: 11 * stride * height + stride * height / 4, result: result) { result in
            kernels.update(
                data.picture,
                before: data.mask,
                background: &result.background,
                variance: &result.variance,
                gain: data.gain,
                held: data.bits,
                moving: data.bits,
                rates: rates,
                levels: &result.levels
            )
        } reference: { result in
            KernelReference.update(
                data.picture.samples,
                before: data.mask.samples,
                background: &result.background.samples,
                variance: &result.variance.samples,
                gain: data.gain.samples,
                stride: stride,
                width: stride,
                height: height,
                held: data.bits.samples,
                moving: data.bits.samples,
                bitsStride: data.bits.stride,
                rates: rates,
                levels: &result.levels.samples
            )
        }
    }

    func trimCells(_ data: KernelBenchmarkData) -> Reading {
        let (stride, columns) = (data.picture.stride, data.bits.stride)
        // A scene with leaves: a sixteenth of the cells.
        let cells = (0..<Int32(data.cellCount)).filter { $0 % 16 == 3 && Int($0) % columns * 8 < data.picture.width }
        // Of each cell of the three planes of words and of one of bytes.
        return reading("trimCells", bytes: cells.count * 64 * 7 + cells.count * 16, result: data.bits) { result in
            kernels.trimCells(
                data.picture,
                background: data.background,
                variance: data.variance,
                gain: data.gain,
                floor: 320,
                factor: 18_432,
                cells: cells,
                marks: &result
            )
        } reference: { result in
            KernelReference.trimCells(
                data.picture.samples,
                background: data.background.samples,
                variance: data.variance.samples,
                gain: data.gain.samples,
                stride: stride,
                width: data.picture.width,
                height: data.picture.height,
                floor: 320,
                factor: 18_432,
                cells: cells,
                cellColumns: columns,
                marks: &result.samples,
                bitsStride: columns
            )
        }
    }

    func cellCounts(_ data: KernelBenchmarkData) -> Reading {
        let (stride, height) = (data.bits.stride, data.bits.height)
        let counts = [UInt8](repeating: 0, count: data.cellCount)
        return reading("cellCounts", bytes: stride * height + counts.count, result: counts) { result in
            kernels.cellCounts(data.bits, into: &result)
        } reference: { result in
            KernelReference.cellCounts(
                data.bits.samples,
                bitsStride: stride,
                rowBytes: stride,
                height: height,
                into: &result
            )
        }
    }

    func cellStructure(_ data: KernelBenchmarkData) -> Reading {
        let picture = data.picture
        let count = picture.width / 8 * (picture.height / 8)
        let result = KernelBenchmarkData.Structure(
            quarters: Array(repeating: 0, count: 4 * count),
            detail: Array(repeating: 0, count: count)
        )
        return reading(
            "cellStructure",
            bytes: picture.stride * picture.height + 10 * count,
            result: result
        ) { result in
            kernels.cellStructure(picture, quarters: &result.quarters, detail: &result.detail)
        } reference: { result in
            KernelReference.cellStructure(
                picture.samples,
                stride: picture.stride,
                width: picture.width,
                height: picture.height,
                quarters: &result.quarters,
                detail: &result.detail
            )
        }
    }

    func light(_ data: KernelBenchmarkData) -> Reading {
        let (columns, count) = (data.bits.stride, data.cellCount)
        let samples = [UInt8](repeating: 64, count: count)
        let before = (0..<count).map { UInt16(6000 + $0 % 977) }
        // A scene as it was, but for some noise and a few cells.
        let now = before.enumerated().map { $1 + UInt16($0 % 7) + ($0 % 97 == 5 ? 900 : 0) }
        var room = VisionKernels.lightRoom(columns: columns)
        let result = KernelBenchmarkData.Light(
            leftOut: Array(repeating: 0, count: count),
            cells: Array(repeating: 0, count: count),
            rows: Array(repeating: 0, count: 8 * count)
        )
        return reading("light", bytes: count * (2 + 2 + 1 + 1 + 2 + 16), result: result) { result in
            result.unrest = kernels.light(
                now: now,
                background: before,
                samples: samples,
                leftOut: &result.leftOut,
                columns: columns,
                room: &room,
                cells: &result.cells,
                rows: &result.rows
            )
        } reference: { result in
            result.unrest = KernelReference.light(
                now: now,
                background: before,
                samples: samples,
                leftOut: &result.leftOut,
                columns: columns,
                cells: &result.cells,
                rows: &result.rows
            )
        }
    }
}
