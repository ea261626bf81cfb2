package import NeuronCore

/// A colour as it is drawn.
package struct DrawingColour: Sendable, Hashable {
    package var luma: UInt8
    package var blue: UInt8
    package var red: UInt8

    /// A colour of red, green and blue from 0 to 255, by BT.601 in limited range.
    package init(_ r: Int, _ g: Int, _ b: Int) {
        luma = UInt8(clamping: 16 + (66 * r + 129 * g + 25 * b + 128) / 256)
        blue = UInt8(clamping: 128 + (-38 * r - 74 * g + 112 * b + 128) / 256)
        red = UInt8(clamping: 128 + (112 * r - 94 * g - 18 * b + 128) / 256)
    }

    package static let black = DrawingColour(0, 0, 0)
    package static let white = DrawingColour(255, 255, 255)
    package static let grey = DrawingColour(150, 150, 150)
    package static let signalRed = DrawingColour(255, 40, 30)
    package static let yellow = DrawingColour(255, 225, 0)
    package static let amber = DrawingColour(255, 140, 0)
    package static let green = DrawingColour(60, 230, 80)
    package static let cyan = DrawingColour(0, 220, 255)
    package static let violet = DrawingColour(170, 80, 255)
}

/// A picture that is drawn on: rectangles, lines, tints and text; what lies outside is cut off.
package struct Canvas: Sendable {
    package private(set) var picture: ColourPicture
    /// The width of lines and of a letter's dot, in pixels: what can be read when the picture is shown whole.
    package let unit: Int

    /// Draws on a picture.
    package init(_ picture: ColourPicture) {
        self.picture = picture
        unit = max(1, (picture.size.height + 180) / 360)
    }

    /// Mixes a colour into a rectangle; `share` is the colour's part of 256.
    package mutating func tint(_ box: PixelBox, _ colour: DrawingColour, share: Int) {
        let box = clipped(box)
        guard box.left < box.right, box.top < box.bottom else { return }
        let width = picture.size.width
        for y in box.top..<box.bottom {
            for index in y * width + box.left..<y * width + box.right {
                picture.luma[index] = Self.mixed(picture.luma[index], colour.luma, share)
            }
        }
        let colourWidth = picture.colourWidth
        for y in box.top / 2..<(box.bottom + 1) / 2 {
            for index in y * colourWidth + box.left / 2..<y * colourWidth + (box.right + 1) / 2 {
                picture.blue[index] = Self.mixed(picture.blue[index], colour.blue, share)
                picture.red[index] = Self.mixed(picture.red[index], colour.red, share)
            }
        }
    }

    /// Fills a rectangle.
    package mutating func fill(_ box: PixelBox, _ colour: DrawingColour) { tint(box, colour, share: 256) }

    /// Draws the edge of a rectangle, inside of it.
    package mutating func outline(_ box: PixelBox, _ colour: DrawingColour) {
        let (x, y) = (min(unit, box.width), min(unit, box.height))
        fill(PixelBox(left: box.left, top: box.top, right: box.right, bottom: box.top + y), colour)
        fill(PixelBox(left: box.left, top: box.bottom - y, right: box.right, bottom: box.bottom), colour)
        fill(PixelBox(left: box.left, top: box.top, right: box.left + x, bottom: box.bottom), colour)
        fill(PixelBox(left: box.right - x, top: box.top, right: box.right, bottom: box.bottom), colour)
    }

    /// Draws the edge of a polygon.
    package mutating func outline(_ polygon: RelativePolygon, _ colour: DrawingColour) {
        let points = polygon.points.map { point in
            (point.x * Double(picture.size.width - unit), point.y * Double(picture.size.height - unit))
        }
        for (index, start) in points.enumerated() { line(from: start, to: points[(index + 1) % points.count], colour) }
    }

    private mutating func line(
        from start: (Double, Double),
        to end: (Double, Double),
        _ colour: DrawingColour
    ) {
        let steps = max(1, Int(max(abs(end.0 - start.0), abs(end.1 - start.1))) / unit)
        for step in 0...steps {
            let part = Double(step) / Double(steps)
            let x = Int(start.0 + (end.0 - start.0) * part)
            let y = Int(start.1 + (end.1 - start.1) * part)
            fill(PixelBox(left: x, top: y, right: x + unit, bottom: y + unit), colour)
        }
    }

    /// Writes a line of text on a dark ground and says where it ended.
    ///
    /// - Parameters:
    ///   - text: of the font's letters.
    ///   - left: where it begins.
    ///   - top: the upper edge of its ground.
    ///   - colour: of the letters.
    /// - Returns: where more text may begin.
    @discardableResult
    package mutating func write(_ text: String, left: Int, top: Int, _ colour: DrawingColour) -> Int {
        let step = (BitmapFont.width + 1) * unit
        let right = left + text.count * step + unit
        tint(PixelBox(left: left, top: top, right: right, bottom: top + lineHeight), .black, share: 170)
        var x = left + unit
        for character in text {
            for (row, dots) in BitmapFont.rows(of: character).enumerated() where dots != 0 {
                for column in 0..<BitmapFont.width where dots >> (BitmapFont.width - 1 - column) & 1 == 1 {
                    let (dotX, dotY) = (x + column * unit, top + unit + row * unit)
                    fill(PixelBox(left: dotX, top: dotY, right: dotX + unit, bottom: dotY + unit), colour)
                }
            }
            x += step
        }
        return right
    }

    /// From one line of text to the next.
    package var lineHeight: Int { (BitmapFont.height + 2) * unit }

    /// Makes parts of the picture black: nothing of them can be seen any more.
    package mutating func burn(_ raster: PolygonRaster) {
        for span in raster.spans {
            fill(PixelBox(left: span.from, top: span.row, right: span.to, bottom: span.row + 1), .black)
        }
    }

    private func clipped(_ box: PixelBox) -> PixelBox {
        PixelBox(
            left: max(box.left, 0),
            top: max(box.top, 0),
            right: min(box.right, picture.size.width),
            bottom: min(box.bottom, picture.size.height)
        )
    }

    private static func mixed(_ below: UInt8, _ above: UInt8, _ share: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (Int(below) * (256 - share) + Int(above) * share) / 256)
    }
}
