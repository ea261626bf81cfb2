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
