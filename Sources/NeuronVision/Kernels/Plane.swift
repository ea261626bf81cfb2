/// A picture that the detector owns: rows of samples, padded so that every row holds whole vectors.
///
/// The samples between `width` and `stride` stay 0: kernels run over the whole stride, and zeros never count.
package struct Plane<Sample: FixedWidthInteger & Sendable>: Sendable, Hashable {
    package let width: Int
    package let height: Int
    package let stride: Int
    package var samples: [Sample]

    /// Makes a plane of zeros.
    ///
    /// - Parameters:
    ///   - width: samples of a row.
    ///   - height: rows.
    ///   - stride: samples from the start of a row to the start of the next; nil for the next multiple of 64.
    package init(width: Int, height: Int, stride: Int? = nil) {
        self.width = width
        self.height = height
        self.stride = stride ?? (width + 63) / 64 * 64
        samples = Array(repeating: 0, count: self.stride * height)
    }

    /// Sets every sample back to 0.
    package mutating func clear() {
        for index in samples.indices { samples[index] = 0 }
    }
}
