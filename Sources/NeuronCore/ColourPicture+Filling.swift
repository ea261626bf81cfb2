extension ColourPicture {
    /// One brightness and one colour.
    package struct Tone: Sendable, Hashable {
        package var luma: UInt8
        package var blue: UInt8
        package var red: UInt8

        /// Makes a tone of the three samples.
        package init(luma: UInt8, blue: UInt8, red: UInt8) {
            self.luma = luma
            self.blue = blue
            self.red = red
        }

        package static let black = Tone(luma: 16, blue: 128, red: 128)
        package static let grey = Tone(luma: 126, blue: 128, red: 128)
    }

    /// Makes a rectangle flat: nothing of what was there is left, in brightness or in colour.
    ///
    /// Colours lie on a coarser grid: a sample of which any pixel is inside is filled.
    ///
    /// - Parameters:
    ///   - box: in pixels; what lies outside of the picture is left out.
    ///   - tone: what it becomes.
    package mutating func fill(_ box: PixelBox, _ tone: Tone) {
        let (left, right) = (max(box.left, 0), min(box.right, size.width))
        let (top, bottom) = (max(box.top, 0), min(box.bottom, size.height))
        guard left < right, top < bottom else { return }
        let colours = PixelBox(left: left / 2, top: top / 2, right: (right + 1) / 2, bottom: (bottom + 1) / 2)
        let colourWidth = colourWidth
        Self.fill(
            &luma,
            width: size.width,
            PixelBox(left: left, top: top, right: right, bottom: bottom),
            tone.luma
        )
        Self.fill(&blue, width: colourWidth, colours, tone.blue)
        Self.fill(&red, width: colourWidth, colours, tone.red)
    }

    private static func fill(_ plane: inout [UInt8], width: Int, _ box: PixelBox, _ value: UInt8) {
        plane.withUnsafeMutableBufferPointer { samples in
            for row in box.top..<box.bottom {
                samples[row * width + box.left..<row * width + box.right].update(repeating: value)
            }
        }
    }

    /// The mean of what lies around a rectangle, a few pixels wide; nothing of what is inside has a part in it.
    ///
    /// - Parameter box: in pixels, inside of the picture.
    /// - Returns: nil where the rectangle leaves nothing around it.
    package func tone(around box: PixelBox) -> Tone? {
        // Whole samples of colour, so that none of them reaches inside.
        let inner = PixelBox(
            left: box.left & ~1,
            top: box.top & ~1,
            right: (box.right + 1) & ~1,
            bottom: (box.bottom + 1) & ~1
        )
        let outer = PixelBox(
            left: max(inner.left - 4, 0),
            top: max(inner.top - 4, 0),
            right: min(inner.right + 4, size.width),
            bottom: min(inner.bottom + 4, size.height)
        )
        var (sums, count) = ((luma: 0, blue: 0, red: 0), 0)
        for y in outer.top..<outer.bottom {
            let isBeside = inner.top <= y && y < inner.bottom
            for x in outer.left..<outer.right where !(isBeside && inner.left <= x && x < inner.right) {
                let colour = y / 2 * colourWidth + x / 2
                sums.luma += Int(luma[y * size.width + x])
                sums.blue += Int(blue[colour])
                sums.red += Int(red[colour])
                count += 1
            }
        }
        guard count > 0 else { return nil }
        return Tone(
            luma: UInt8(truncatingIfNeeded: sums.luma / count),
            blue: UInt8(truncatingIfNeeded: sums.blue / count),
            red: UInt8(truncatingIfNeeded: sums.red / count)
        )
    }

    /// Lends the brightness.
    package func withLuma<R>(_ body: (borrowing LumaPlane) -> R) -> R {
        body(LumaPlane(samples: luma.span, width: size.width, height: size.height, stride: size.width))
    }
}
