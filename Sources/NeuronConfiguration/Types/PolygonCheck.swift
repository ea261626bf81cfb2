import NeuronCore

/// From one corner of a polygon to the next.
struct PolygonSide {
    var start: RelativePoint
    var end: RelativePoint
}

extension RelativePolygon {
    /// All sides, the closing one last.
    var sides: [PolygonSide] {
        points.indices.map { PolygonSide(start: points[$0], end: points[($0 + 1) % points.count]) }
    }
}

/// What can be wrong with a polygon whose points are all inside the picture.
enum PolygonCheck {
    static let maxPoints = 100

    struct Fault {
        /// The point where it shows, from 0.
        var point: Int
        var message: String
    }

    static func fault(of points: [RelativePoint]) -> Fault? {
        repeatedPoint(points) ?? flatness(points) ?? crossing(points)
    }

    private static func repeatedPoint(_ points: [RelativePoint]) -> Fault? {
        let last = points.count - 1
        if points[last] == points[0] {
            return Fault(
                point: last,
                message: "The last point repeats the first; leave it out, a polygon is closed by itself."
            )
        }
        guard let index = (1...last).first(where: { points[$0] == points[$0 - 1] }) else { return nil }
        return Fault(point: index, message: "Point \(index + 1) repeats the point before it; leave one out.")
    }

    private static func flatness(_ points: [RelativePoint]) -> Fault? {
        let onOneLine = points.indices.dropFirst(2).allSatisfy { turn(points[0], points[1], points[$0]) == 0 }
        guard onOneLine else { return nil }
        return Fault(point: 0, message: "All points lie on one line, so the polygon has no area.")
    }

    private static func crossing(_ points: [RelativePoint]) -> Fault? {
        let count = points.count
        for i in 0..<count {
            for j in (i + 1)..<count where touch(points, i, j) {
                return Fault(
                    point: j,
                    message:
                        "The polygon crosses itself: the side from point \(j + 1) to \((j + 1) % count + 1) meets the side "
                        + "from point \(i + 1) to \(i + 2). List the points in their order around the area."
                )
            }
        }
        return nil
    }

    /// Whether two sides go through each other; touching is not enough.
    static func cross(_ a: PolygonSide, _ b: PolygonSide) -> Bool {
        turn(a.start, a.end, b.start) * turn(a.start, a.end, b.end) < 0
            && turn(b.start, b.end, a.start) * turn(b.start, b.end, a.end) < 0
    }

    /// Whether a point lies on a side.
    static func isOn(_ side: PolygonSide, _ point: RelativePoint) -> Bool {
        turn(side.start, side.end, point) == 0 && isWithin(side.start, side.end, point)
    }

    /// Whether two sides have a point in common that they shouldn't have.
    private static func touch(_ points: [RelativePoint], _ i: Int, _ j: Int) -> Bool {
        let count = points.count
        let (a, b) = (points[i], points[(i + 1) % count])
        let (c, d) = (points[j], points[(j + 1) % count])
        // Neighbours share a corner; they cross only by running back along each other.
        if j == i + 1 { return runsBack(a, b, d) }
        if i == 0, j == count - 1 { return runsBack(c, a, b) }
        let (first, second) = (PolygonSide(start: a, end: b), PolygonSide(start: c, end: d))
        return cross(first, second) || isOn(first, c) || isOn(first, d) || isOn(second, a) || isOn(second, b)
    }

    private static func runsBack(_ start: RelativePoint, _ corner: RelativePoint, _ end: RelativePoint) -> Bool {
        guard turn(start, corner, end) == 0 else { return false }
        return (start.x - corner.x) * (end.x - corner.x) + (start.y - corner.y) * (end.y - corner.y) > 0
    }

    /// Positive to one side of a line, negative to the other; what rounding makes of 0 counts as 0.
    private static func turn(_ a: RelativePoint, _ b: RelativePoint, _ c: RelativePoint) -> Double {
        let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
        return abs(area) < 1e-12 ? 0 : area
    }

    private static func isWithin(_ a: RelativePoint, _ b: RelativePoint, _ point: RelativePoint) -> Bool {
        (min(a.x, b.x)...max(a.x, b.x)).contains(point.x) && (min(a.y, b.y)...max(a.y, b.y)).contains(point.y)
    }
}
