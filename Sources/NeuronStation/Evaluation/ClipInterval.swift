package import NeuronCore

/// A stretch of one clip's own time, both ends included.
package struct ClipInterval: Sendable, Hashable {
    package var from: MediaTime
    package var to: MediaTime

    /// Makes a stretch; `to` is not before `from`.
    package init(from: MediaTime, to: MediaTime) {
        self.from = from
        self.to = to
    }

    package var length: TimeSpan { to - from }
    package var middle: MediaTime { from + TimeSpan(nanoseconds: length.nanoseconds / 2) }

    /// Whether a time lies inside, or at an end.
    package func contains(_ time: MediaTime) -> Bool { from <= time && time <= to }

    /// The stretch with more before and after it.
    func widened(before: TimeSpan, after: TimeSpan) -> ClipInterval {
        ClipInterval(from: from - before, to: to + after)
    }

    /// What of it lies in another stretch; nil where nothing does.
    func cut(to other: ClipInterval) -> ClipInterval? {
        let (from, to) = (max(from, other.from), min(to, other.to))
        return from < to ? ClipInterval(from: from, to: to) : nil
    }
}

extension [ClipInterval] {
    /// The same time in stretches that lie further apart than `gap`, in order.
    func merged(closerThan gap: TimeSpan = .zero) -> [ClipInterval] {
        sorted { ($0.from, $0.to) < ($1.from, $1.to) }
            .reduce(into: []) { merged, next in
                if let last = merged.last, next.from - last.to <= gap {
                    merged[merged.count - 1].to = Swift.max(last.to, next.to)
                } else {
                    merged.append(next)
                }
            }
    }

    /// What of a stretch lies in none of these, which are in order and do not touch.
    func gaps(in whole: ClipInterval) -> [ClipInterval] {
        var gaps: [ClipInterval] = []
        var start = whole.from
        for interval in self {
            if interval.from > start {
                gaps.append(ClipInterval(from: start, to: Swift.min(interval.from, whole.to)))
            }
            start = Swift.max(start, interval.to)
            if start >= whole.to { return gaps.filter { $0.from < $0.to } }
        }
        gaps.append(ClipInterval(from: start, to: whole.to))
        return gaps.filter { $0.from < $0.to }
    }

    var totalLength: TimeSpan { reduce(.zero) { $0 + $1.length } }
}
