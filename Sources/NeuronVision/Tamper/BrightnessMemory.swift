import NeuronCore

/// How bright the cells of a scene usually are, and how much of the picture is dark or burnt out now.
///
/// Only a fall or a rise within a minute or so counts: night and morning take longer.
struct BrightnessMemory: Sendable {
    private(set) var darkShare = 0
    private(set) var burntShare = 0
    /// The brightness that a twentieth of the cells is above, in levels.
    private(set) var upperLevel = 0
    /// The mean brightness, in 1/256 levels.
    private(set) var meanLevel = 0
    private var usualUpperLevel: Int64 = 0
    private var usualBurntShare: Int64 = 0
    private var looks: Int64 = 0
    private var histogram = [Int32](repeating: 0, count: 256)

    private let darkLevel: Int

    static let burntLevel = 228
    private static let constant = TimeSpan.seconds(60)
    /// Kept fractions of a level or of a thousandth.
    private static let scale: Int64 = 4096

    init(darkLevel: Int) { self.darkLevel = darkLevel }

    /// Whether enough was seen to know what is usual.
    var isKnown: Bool { looks >= 8 }

    /// By how many levels the brightest part has fallen below what was usual.
    var fall: Int { Int(usualUpperLevel / Self.scale) - upperLevel }

    /// By how much more of the picture is burnt out than usual, in 1/1000.
    var burntRise: Int { burntShare - Int(usualBurntShare / Self.scale) }

    /// Measures a picture.
    mutating func measure(_ cells: CellStructure) {
        for level in histogram.indices { histogram[level] = 0 }
        var total = 0
        for cell in cells.counted {
            let sum = cells.sums[Int(cell)]
            histogram[Int(sum / CellStructure.samples)] += 1
            total += Int(sum)
        }
        let count = max(cells.counted.count, 1)
        meanLevel = total * 256 / (count * Int(CellStructure.samples))
        darkShare = cellCount(in: 0..<darkLevel) * 1000 / count
        burntShare = cellCount(in: Self.burntLevel..<256) * 1000 / count
        var (above, level) = (0, 255)
        while level > 0, (above + Int(histogram[level])) * 20 <= count {
            above += Int(histogram[level])
            level -= 1
        }
        upperLevel = level
    }

    /// Moves what is usual towards the picture measured last.
    mutating func learn(step: TimeSpan) {
        looks += 1
        let divisor = min(looks, max(Self.constant.nanoseconds / max(step.nanoseconds, 1), 1))
        usualUpperLevel += (Int64(upperLevel) * Self.scale - usualUpperLevel) / divisor
        usualBurntShare += (Int64(burntShare) * Self.scale - usualBurntShare) / divisor
    }

    /// Takes the picture measured last for usual.
    mutating func accept() {
        usualUpperLevel = Int64(upperLevel) * Self.scale
        usualBurntShare = Int64(burntShare) * Self.scale
    }

    private func cellCount(in levels: Range<Int>) -> Int { levels.reduce(0) { $0 + Int(histogram[$1]) } }
}
