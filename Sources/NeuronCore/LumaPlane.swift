/// The brightness of one picture: 8-bit samples, row after row, borrowed from whoever decoded them.
///
/// Row `y` begins at `y * stride`; `stride >= width`. The view cannot outlive the frame it was taken from.
package struct LumaPlane: ~Escapable {
    package let samples: Span<UInt8>
    package let width: Int
    package let height: Int
    package let stride: Int

    /// Views samples as a picture.
    ///
    /// - Parameters:
    ///   - samples: at least `stride * (height - 1) + width` of them.
    ///   - width: samples of a row.
    ///   - height: rows.
    ///   - stride: samples from the start of a row to the start of the next.
    @_lifetime(copy samples)
    package init(samples: Span<UInt8>, width: Int, height: Int, stride: Int) {
        precondition(
            width > 0 && height > 0 && stride >= width,
            "a luma plane needs a size and a stride that holds a row"
        )
        precondition(samples.count >= stride * (height - 1) + width, "a luma plane's samples must hold all of its rows")
        self.samples = samples
        self.width = width
        self.height = height
        self.stride = stride
    }

    package var size: FrameSize { FrameSize(width: width, height: height) }
}
