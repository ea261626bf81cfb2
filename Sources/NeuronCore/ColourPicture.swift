/// A colour picture of our own, to be drawn on and to be written: 8-bit YUV 4:2:0 in limited range.
///
/// Rows lie one after the other without gaps. The two planes of colour have half as many samples in each direction, rounded
/// up.
package struct ColourPicture: Sendable, Hashable {
    package let size: FrameSize
    /// Brightness, 16 (black) to 235 (white).
    package var luma: [UInt8]
    /// Blue against brightness (Cb); 128 is no colour.
    package var blue: [UInt8]
    /// Red against brightness (Cr); 128 is no colour.
    package var red: [UInt8]

    /// Makes a black picture of at least one pixel.
    package init(size: FrameSize) {
        precondition(size.width > 0 && size.height > 0, "a colour picture needs a size")
        self.size = size
        luma = Array(repeating: 16, count: size.width * size.height)
        let colours = (size.width + 1) / 2 * ((size.height + 1) / 2)
        blue = Array(repeating: 128, count: colours)
        red = blue
    }

    /// Samples of a row of ``blue`` and ``red``.
    package var colourWidth: Int { (size.width + 1) / 2 }
    /// Rows of ``blue`` and ``red``.
    package var colourHeight: Int { (size.height + 1) / 2 }

    /// The picture as displayed, where this one is as stored.
    package func displayed(in orientation: PictureOrientation) -> ColourPicture {
        guard orientation != .upright else { return self }
        var turned = ColourPicture(size: orientation.displayed(size))
        turned.luma = Self.turned(luma, size, orientation)
        let colours = FrameSize(width: colourWidth, height: colourHeight)
        turned.blue = Self.turned(blue, colours, orientation)
        turned.red = Self.turned(red, colours, orientation)
        return turned
    }

    private static func turned(_ plane: [UInt8], _ size: FrameSize, _ orientation: PictureOrientation) -> [UInt8] {
        let target = orientation.displayed(size)
        var turned = plane
        for y in 0..<target.height {
            for x in 0..<target.width {
                let (column, row) =
                    switch orientation {
                    case .upright: (x, y)
                    case .clockwise: (y, size.height - 1 - x)
                    case .upsideDown: (size.width - 1 - x, size.height - 1 - y)
                    case .counterClockwise: (size.width - 1 - y, x)
                    }
                turned[y * target.width + x] = plane[row * size.width + column]
            }
        }
        return turned
    }
}
