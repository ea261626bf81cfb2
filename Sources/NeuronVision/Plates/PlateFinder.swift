package import NeuronCore

/// Finds licence plates in a luma plane: shrink, run the net, read its cells, keep each plate once.
///
/// Integers up to the cells and IEEE 754's basic operations after them: the same picture gives the same boxes on every
/// machine and instruction set. Once the largest picture has been seen nothing is allocated.
package struct PlateFinder: Sendable {
    /// Goes into each alert; changes with every change of what is found.
    package static let version = "plates-1"
    /// The most boxes that one search gives.
    package static let mostPlates = 50
    /// The lowest score that anybody may ask for.
    package static let lowestScore = 0.01

    package let net: PlateNet
    private let target: KernelTarget
    private var picture = WorkingPicture()
    private var arena: PlateArena
    private var candidates = PlateCandidates()
    private let leastLogit: Int16

    /// Makes a finder.
    ///
    /// - Parameters:
    ///   - net: a net as it was read.
    ///   - minimumScore: finds below are not given, 0.01 to 1; nil for the net's own threshold.
    ///   - target: the instruction set to use.
    package init(net: PlateNet, minimumScore: Double? = nil, target: KernelTarget = .best) {
        self.net = net
        self.target = target
        arena = PlateArena(PackedPlateNet(net), target: target)
        leastLogit = PlateMath.leastLogit(score: max(minimumScore ?? net.threshold, PlateFinder.lowestScore))
    }

    /// What the last search found, best first, in samples of the whole plane that was given.
    package var plates: [PlateBox] { candidates.plates }

    /// Whether a picture of a size can be searched: some are so long that nothing is left of them when shrunk.
    package static func takes(_ size: FrameSize) -> Bool { WorkingPicture.takes(size) }

    /// The factor by which a picture of a size is shrunk, 1 or more.
    package static func shrinking(of size: FrameSize) -> Double {
        Double(size.width) / Double(WorkingPicture.size(for: size).width)
    }

    /// Searches a plane or a part of it; ``plates`` has the result.
    ///
    /// - Parameters:
    ///   - plane: a luma plane.
    ///   - region: a part of it, cut to it; nil for all. A part is seen in its own scale, so that far plates are larger.
    package mutating func search(_ plane: borrowing LumaPlane, in region: PixelBox? = nil) {
        candidates.clear()
        let region = PlateFinder.cut(region, to: plane.size)
        let size = FrameSize(width: region.width, height: region.height)
        guard size.width > 0, size.height > 0, PlateFinder.takes(size) else { return }
        let part = LumaPlane(
            samples: plane.samples.extracting((region.top * plane.stride + region.left)...),
            width: size.width,
            height: size.height,
            stride: plane.stride
        )
        picture.take(part, target: target)
        arena.prepare(width: picture.size.width, height: picture.size.height)
        arena.run(picture.samples, stride: picture.size.width)
        read()
        candidates.move(
            scaleX: Double(size.width) / Double(picture.size.width),
            scaleY: Double(size.height) / Double(picture.size.height),
            x: Double(region.left),
            y: Double(region.top),
            width: Double(size.width),
            height: Double(size.height)
        )
    }

    private mutating func read() {
        for (index, head) in net.heads.enumerated() {
            arena.forEachCell(of: head.tensor, atLeast: leastLogit) { row, column, values in
                candidates.add(values, head: index, row: row, column: column)
            }
        }
        candidates.choose(most: PlateFinder.mostPlates, heads: net.heads)
    }

    private static func cut(_ region: PixelBox?, to size: FrameSize) -> PixelBox {
        guard let region else { return PixelBox(left: 0, top: 0, right: size.width, bottom: size.height) }
        return PixelBox(
            left: min(max(region.left, 0), size.width),
            top: min(max(region.top, 0), size.height),
            right: min(max(region.right, 0), size.width),
            bottom: min(max(region.bottom, 0), size.height)
        )
    }

    /// A value of a tensor of the last search, for the tests that hold the kernels to their reference.
    package func value(tensor: Int, channel: Int, row: Int, column: Int) -> Int {
        Int(arena.value(tensor: tensor, channel: channel, row: row, column: column))
    }

    /// The working picture of the last search, rows without gaps.
    package var workingPicture: (samples: [UInt8], size: FrameSize) {
        (Array(picture.samples.prefix(picture.size.width * picture.size.height)), picture.size)
    }
}
