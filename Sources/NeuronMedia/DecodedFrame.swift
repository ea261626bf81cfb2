import CFFmpeg
package import NeuronCore

/// A decoded picture, lent for the length of one call: its time, its size, its brightness and its colours.
package struct DecodedFrame: ~Copyable {
    /// When it is shown; later than every frame before it since the decoder's last flush.
    package let time: MediaTime
    /// As stored; may differ from frame to frame.
    package let storedSize: FrameSize
    package let orientation: PictureOrientation

    /// The whole picture, for those in this room who need its colours.
    let native: UnsafePointer<AVFrame>
    private let samples: UnsafePointer<UInt8>
    private let stride: Int
    private let chroma: ChromaPlanes?

    /// Views samples that outlive the frame.
    init(
        time: MediaTime,
        storedSize: FrameSize,
        orientation: PictureOrientation,
        native: UnsafePointer<AVFrame>,
        samples: UnsafePointer<UInt8>,
        stride: Int,
        chroma: ChromaPlanes?
    ) {
        self.time = time
        self.storedSize = storedSize
        self.orientation = orientation
        self.native = native
        self.samples = samples
        self.stride = stride
        self.chroma = chroma
    }

    /// How far the picture's colours lie apart: a standard deviation in 1/16 levels, 0 for shades of one colour.
    ///
    /// Nil where the picture has no colours by its format, or none in 8-bit planes. Measured at each call, in microseconds.
    package var colourSpread: Int? { chroma?.spread }

    /// Lends the brightness, 8 bits a pixel in the range the stream has (limited or full).
    package func withLuma<R: ~Copyable, E: Error>(_ body: (borrowing LumaPlane) throws(E) -> R) throws(E) -> R {
        // Sound: the decoder made sure that all rows are there, and lends the frame for this call only.
        let rows = UnsafeBufferPointer(start: samples, count: stride * (storedSize.height - 1) + storedSize.width)
        return try body(
            LumaPlane(samples: rows.span, width: storedSize.width, height: storedSize.height, stride: stride)
        )
    }
}
