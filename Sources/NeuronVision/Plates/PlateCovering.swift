package import NeuronCore

/// Where licence plates may be in a picture that is to be shown: what would be told as a plate, and what only might be one.
///
/// A plate that is missed here is shown to everybody, and a thing that is none loses its looks: so the threshold is far below
/// that of a find, far plates are searched for in parts of the picture too, and boxes are grown. The same picture gives the same
/// boxes on every machine.
package struct PlateCovering: Sendable {
    /// Finds from this score on are covered; docs/privacy.md has the figures that chose it.
    package static let threshold = 0.25

    private var finder: PlateFinder

    /// Pictures up to this width are searched once, as a whole: nothing of them is shrunk by more than a half.
    private static let widestWhole = 960
    private static let tile = FrameSize(width: 960, height: 640)
    /// Parts overlap by this much, in pixels: a wider plate is found in the whole picture.
    private static let overlap = 160
    /// Standard deviation of the brightness, in levels: characters that are three levels darker than their plate, as at night, can be made
    /// readable by stretching them.
    private static let leastDeviation = 2
    /// What a box is grown by on each side: a part of its size in percent, and pixels.
    private static let margin = (across: 12, down: 20, pixels: 2)

    /// Makes a search.
    ///
    /// - Parameters:
    ///   - net: a net as it was read.
    ///   - threshold: finds below are not covered.
    ///   - target: the instruction set to use.
    package init(net: PlateNet, threshold: Double = PlateCovering.threshold, target: KernelTarget = .best) {
        finder = PlateFinder(net: net, minimumScore: threshold, target: target)
    }

    /// Whether a picture of a size can be searched; one that can't must not be shown.
    package static func takes(_ size: FrameSize) -> Bool { PlateFinder.takes(size) }

    /// Searches a whole picture as it is displayed.
    ///
    /// - Returns: boxes inside of it, grown, each at least a pixel large; they may overlap.
    package mutating func boxes(in plane: borrowing LumaPlane) -> [PixelBox] {
        let size = plane.size
        var boxes: [PixelBox] = []
        for part in Self.parts(of: size) {
            finder.search(plane, in: part)
            for plate in finder.plates where Self.hasDetail(plane, plate) { boxes.append(Self.grown(plate, in: size)) }
        }
        return boxes.filter { $0.width > 0 && $0.height > 0 }
    }

    /// The whole picture, and of a large one its parts.
    static func parts(of size: FrameSize) -> [PixelBox] {
        let whole = PixelBox(left: 0, top: 0, right: size.width, bottom: size.height)
        guard size.width > widestWhole else { return [whole] }
        let rows = starts(length: size.height, part: tile.height)
        let columns = starts(length: size.width, part: tile.width)
        return [whole]
            + rows.flatMap { top in
                columns.map { left in
                    PixelBox(
                        left: left,
                        top: top,
                        right: min(left + tile.width, size.width),
                        bottom: min(top + tile.height, size.height)
                    )
                }
            }
    }

    /// Where parts of a length begin, so that they overlap enough and reach the end.
    private static func starts(length: Int, part: Int) -> [Int] {
        guard length > part else { return [0] }
        let count = (length - overlap + part - overlap - 1) / (part - overlap)
        return (0..<count).map { $0 * (length - part) / (count - 1) }
    }

    /// Whether anything could be read in a box: the net also fires, faintly, where there is nothing at all.
    static func hasDetail(_ plane: borrowing LumaPlane, _ plate: PlateBox) -> Bool {
        let (left, right) = (max(Int(plate.left), 0), min(Int(plate.right), plane.width))
        let (top, bottom) = (max(Int(plate.top), 0), min(Int(plate.bottom), plane.height))
        guard left < right, top < bottom else { return false }
        var (sum, squares, count) = (0, 0, 0)
        for y in stride(from: top, to: bottom, by: max(1, (bottom - top) / 32)) {
            for x in stride(from: left, to: right, by: max(1, (right - left) / 128)) {
                let sample = Int(plane.samples[y * plane.stride + x])
                sum += sample
                squares += sample * sample
                count += 1
            }
        }
        return squares * count - sum * sum >= leastDeviation * leastDeviation * count * count
    }

    private static func grown(_ plate: PlateBox, in size: FrameSize) -> PixelBox {
        let across = plate.width * Double(margin.across) / 100 + Double(margin.pixels)
        let down = plate.height * Double(margin.down) / 100 + Double(margin.pixels)
        return PixelBox(
            left: max(Int((plate.left - across).rounded(.down)), 0),
            top: max(Int((plate.top - down).rounded(.down)), 0),
            right: min(Int((plate.right + across).rounded(.up)), size.width),
            bottom: min(Int((plate.bottom + down).rounded(.up)), size.height)
        )
    }
}
