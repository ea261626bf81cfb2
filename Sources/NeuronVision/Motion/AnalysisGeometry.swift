package import NeuronCore

/// How a camera's picture is shrunk for analysis and cut into cells of 8 x 8 samples.
package struct AnalysisGeometry: Sendable, Hashable {
    /// The size of the camera's picture.
    package let frame: FrameSize
    /// Edge of the block of picture samples that becomes one analysed sample.
    package let factor: Int
    package let width: Int
    package let height: Int
    /// Analysed samples from one row's start to the next, a multiple of 64.
    package let stride: Int
    /// Cells of a row, those over the padding included; also the bytes of a row of bits.
    package let cellColumns: Int
    package let cellRows: Int

    /// The longer side of the analysed picture is at most this: below it a walker at the far end of a yard is still
    /// larger than a speck of noise, above it time goes into averaging noise.
    private static let longestSide = 480

    /// Chooses the smallest factor that the kernels know and that brings the longer side down to 480 samples.
    package init(frame: FrameSize) {
        let shorter = min(frame.width, frame.height)
        let possible = VisionKernels.factors.filter { $0 <= shorter }
        let longer = max(frame.width, frame.height)
        factor = possible.first { longer / $0 <= AnalysisGeometry.longestSide } ?? possible.last ?? 1
        self.frame = frame
        width = frame.width / factor
        height = frame.height / factor
        stride = (width + 63) / 64 * 64
        cellColumns = stride / 8
        cellRows = (height + 7) / 8
    }

    /// The number of cells, those over the padding included.
    package var cellCount: Int { cellColumns * cellRows }

    /// The last column of cells that holds any of the picture.
    package var lastCellColumn: Int { (width - 1) / 8 }

    /// A box of analysed samples in pixels of the camera's picture.
    package func pixels(_ box: PixelBox) -> PixelBox {
        PixelBox(
            left: box.left * factor,
            top: box.top * factor,
            right: min(box.right * factor, frame.width),
            bottom: min(box.bottom * factor, frame.height)
        )
    }
}
