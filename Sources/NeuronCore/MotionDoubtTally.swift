/// How many changes were not believed since a camera's pipeline began, by reason.
package struct MotionDoubtTally: Sendable, Hashable {
    private var counts: [Int]

    /// Makes a tally of nothing.
    package init() { counts = Array(repeating: 0, count: MotionDoubt.allCases.count) }

    /// The number of changes that were not believed for a reason.
    package subscript(doubt: MotionDoubt) -> Int { counts[doubt.rawValue] }

    /// Adds those of one frame and zone.
    package mutating func add(_ frame: MotionDoubtCounts) {
        guard !frame.isEmpty else { return }
        for doubt in MotionDoubt.allCases { counts[doubt.rawValue] += frame[doubt] }
    }

    /// Adds those of another pipeline.
    package mutating func add(_ other: MotionDoubtTally) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }
}
