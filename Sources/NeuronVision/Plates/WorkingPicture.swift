import CVisionKernels
import NeuronCore

/// The picture that the net sees: a luma plane or a part of it, shrunk by areas where it is wider than the net needs.
struct WorkingPicture: Sendable {
    /// Nothing is searched beyond this; a plate that is 60 samples wide at 1280 still has 30.
    static let widest = 640
    /// Pictures higher than this are shrunk further: a strip of a mile has no plates worth its cost.
    static let highest = 1280
    /// The most source samples that make one, on each axis; more of them are left to a smaller first step.
    private static let mostShrinking = 64

    private(set) var size = FrameSize(width: 0, height: 0)
    private(set) var samples: [UInt8] = []
    private var columns = AreaAxis()
    private var rows = AreaAxis()
    private var row: [Int16] = []

    /// The size at which a picture is searched: no wider than 640 and no higher than 1280, its proportions kept.
    static func size(for source: FrameSize) -> FrameSize {
        let (width, height) = (source.width, source.height)
        if width <= widest && height <= highest { return source }
        if width * highest >= height * widest {
            return FrameSize(width: widest, height: max(1, (height * widest + width / 2) / width))
        }
        return FrameSize(width: max(1, (width * highest + height / 2) / height), height: highest)
    }

    /// Whether a picture is small enough to be resampled in one step.
    static func takes(_ source: FrameSize) -> Bool {
        let size = size(for: source)
        return source.width <= size.width * mostShrinking && source.height <= size.height * mostShrinking
    }

    /// Takes a picture.
    mutating func take(_ source: borrowing LumaPlane, target: KernelTarget) {
        size = WorkingPicture.size(for: source.size)
        let (width, stride) = (source.width, source.stride)
        columns.plan(from: width, to: size.width)
        rows.plan(from: source.height, to: size.height)
        WorkingPicture.grow(&samples, to: size.width * size.height)
        WorkingPicture.grow(&row, to: width)
        let (size, columns, rows) = (size, columns, rows)
        source.samples.withUnsafeBufferPointer { source in
            // A luma plane is never empty, so its samples have an address.
            guard let base = source.baseAddress else { return }
            if width == size.width && rows.sourceSize == size.height {
                nd_downscale(target.handle, base, stride, width, size.height, 1, &samples, width)
            } else if width == 2 * size.width && rows.sourceSize == 2 * size.height {
                // The same means as below, by the kernel that knows nothing else.
                nd_downscale(target.handle, base, stride, width, rows.sourceSize, 2, &samples, size.width)
            } else {
                resample(base, stride, columns, rows, target)
            }
        }
    }

    private mutating func resample(
        _ base: UnsafePointer<UInt8>,
        _ stride: Int,
        _ columns: AreaAxis,
        _ rows: AreaAxis,
        _ target: KernelTarget
    ) {
        columns.withNative { columns in
            rows.withNative { rows in
                var (columns, rows) = (columns, rows)
                nd_area(target.handle, base, stride, &columns, &rows, &row, &samples, columns.size)
            }
        }
    }

    private static func grow<Sample: FixedWidthInteger>(_ array: inout [Sample], to count: Int) {
        if array.count < count { array += Array(repeating: 0, count: count - array.count) }
    }
}

extension AreaAxis {
    /// The axis as the kernel takes it, for the duration of a call.
    fileprivate func withNative(_ body: (nd_area_axis) -> Void) {
        starts.withUnsafeBufferPointer { starts in
            counts.withUnsafeBufferPointer { counts in
                weights.withUnsafeBufferPointer { weights in
                    body(
                        nd_area_axis(
                            source_size: sourceSize,
                            size: size,
                            taps: taps,
                            starts: starts.baseAddress,
                            counts: counts.baseAddress,
                            weights: weights.baseAddress
                        )
                    )
                }
            }
        }
    }
}
