import NeuronCore

extension ValueType where Value == RelativePolygon {
    /// Three points or more in fractions of the picture, without crossings.
    static let polygon = ValueType(
        name: "list of 3 to \(PolygonCheck.maxPoints) points `[x, y]`, each 0 to 1",
        schema: .members([
            "type": .string("array"), "minItems": .number("3"), "maxItems": .number("\(PolygonCheck.maxPoints)"),
            "items": .members([
                "type": .string("array"), "minItems": .number("2"), "maxItems": .number("2"),
                "items": .members(["type": .string("number"), "minimum": .number("0"), "maximum": .number("1")]),
            ]),
        ]),
        text: { polygon in
            let points = polygon.points.map { "[\(DecimalNumber.text($0.x)), \(DecimalNumber.text($0.y))]" }
            return "[" + points.joined(separator: ", ") + "]"
        }
    ) { node, context in
        if node.isRefused { return nil }
        guard case .sequence(let items) = node.content else {
            context.log.report(node, "Here should be a list of points such as [[0.1, 0.2], [0.9, 0.2], [0.9, 1]].")
            return nil
        }
        guard (3...PolygonCheck.maxPoints).contains(items.count) else {
            let rule = "A polygon has 3 to \(PolygonCheck.maxPoints) points `[x, y]`"
            context.log.report(node, "\(rule), and this one has \(items.count).")
            return nil
        }
        let points = items.map { point($0, &context) }
        let valid = points.compactMap { $0 }
        guard valid.count == items.count else { return nil }
        if let fault = PolygonCheck.fault(of: valid) {
            context.log.report(items[fault.point], fault.message)
            return nil
        }
        return RelativePolygon(valid)
    }

    private static func point(_ node: YAMLNode, _ context: inout ReadingContext) -> RelativePoint? {
        if node.isRefused { return nil }
        guard case .sequence(let items) = node.content, items.count == 2 else {
            context.log.report(
                node,
                "A point has two numbers, `[x, y]`, in fractions of the picture's width and height."
            )
            return nil
        }
        let x = coordinate(items[0], axis: "width", &context)
        let y = coordinate(items[1], axis: "height", &context)
        guard let x, let y else { return nil }
        return RelativePoint(x: x, y: y)
    }

    private static func coordinate(_ node: YAMLNode, axis: String, _ context: inout ReadingContext) -> Double? {
        let expectation = "a fraction of the picture's \(axis), 0 to 1"
        guard let text = context.scalar(node, expecting: expectation) else { return nil }
        guard let value = DecimalNumber.parse(text) else {
            context.log.report(node, "Here should be \(expectation), not \(quoted(text)).")
            return nil
        }
        guard (0...1).contains(value) else {
            let hint = value > 1 ? "; pixels are divided by the picture's \(axis)" : ""
            context.log.report(node, "\(quoted(text)) lies outside the picture: here should be \(expectation)\(hint).")
            return nil
        }
        return value
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

    /// Whether two sides have a point in common that they shouldn't have.
    private static func touch(_ points: [RelativePoint], _ i: Int, _ j: Int) -> Bool {
        let count = points.count
        let (a, b) = (points[i], points[(i + 1) % count])
        let (c, d) = (points[j], points[(j + 1) % count])
        // Neighbours share a corner; they cross only by running back along each other.
        if j == i + 1 { return runsBack(a, b, d) }
        if i == 0, j == count - 1 { return runsBack(c, a, b) }
        let (abc, abd) = (turn(a, b, c), turn(a, b, d))
        let (cda, cdb) = (turn(c, d, a), turn(c, d, b))
        if abc * abd < 0, cda * cdb < 0 { return true }
        return abc == 0 && isWithin(a, b, c) || abd == 0 && isWithin(a, b, d) || cda == 0 && isWithin(c, d, a)
            || cdb == 0 && isWithin(c, d, b)
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
