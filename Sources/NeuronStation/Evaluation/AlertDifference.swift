package import NeuronCore

/// An alert that one configuration told of a clip and another did not.
package struct AlertDifference: Sendable, Hashable {
    package var alert: ClipMatch.Alert
    /// Whether the first configuration told it, or the second.
    package var isOfFirst: Bool

    /// Starts that are no further apart tell the same.
    package static let reach = TimeSpan.seconds(1)

    /// The alerts of a clip that differ, in the order of their onset.
    ///
    /// Two alerts are the same when their onsets lie within a second; each counts once, nearest first, and one of the same
    /// rule before one of another.
    package static func between(_ first: [ClipMatch.Alert], _ second: [ClipMatch.Alert]) -> [AlertDifference] {
        var pairs: [(distance: TimeSpan, isOtherRule: Bool, first: Int, second: Int)] = []
        for (i, a) in first.enumerated() {
            for (j, b) in second.enumerated() {
                let distance = max(a.alert.onset - b.alert.onset, b.alert.onset - a.alert.onset)
                if distance <= reach { pairs.append((distance, a.alert.rule != b.alert.rule, i, j)) }
            }
        }
        pairs.sort { ($0.isOtherRule ? 1 : 0, $0.distance, $0.first) < ($1.isOtherRule ? 1 : 0, $1.distance, $1.first) }
        var (restOfFirst, restOfSecond) = (Set(first.indices), Set(second.indices))
        for pair in pairs where restOfFirst.contains(pair.first) && restOfSecond.contains(pair.second) {
            restOfFirst.remove(pair.first)
            restOfSecond.remove(pair.second)
        }
        let differences =
            restOfFirst.sorted().map { AlertDifference(alert: first[$0], isOfFirst: true) }
            + restOfSecond.sorted().map { AlertDifference(alert: second[$0], isOfFirst: false) }
        return differences.sorted {
            ($0.alert.alert.onset, $0.isOfFirst ? 0 : 1) < ($1.alert.alert.onset, $1.isOfFirst ? 0 : 1)
        }
    }
}
