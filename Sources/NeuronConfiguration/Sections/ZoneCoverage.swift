import NeuronCore

/// Finds zones of which one mask or one exclude zone leaves nothing.
enum ZoneCoverage {
    /// Reports each include zone that lies wholly in a mask or in an exclude zone: it could never give an alert.
    static func check(_ camera: CameraConfiguration, _ given: GivenKeys, _ context: inout ReadingContext) {
        let masks = camera.masks.map { (label: "mask", name: $0.name, polygon: $0.polygon) }
        let excluded = camera.zones.filter { $0.kind == .exclude }
        let covers = masks + excluded.map { (label: "exclude zone", name: $0.name, polygon: $0.polygon) }
        guard !covers.isEmpty, case .sequence(let nodes)? = given.nodes["zones"]?.content else { return }
        for zone in camera.zones where zone.kind == .include {
            guard let cover = covers.first(where: { encloses($0.polygon, zone.polygon) }),
                let node = nodes.first(where: { isNamed(zone.name, $0) })
            else { continue }
            let message =
                "The \(cover.label) \(quoted(cover.name)) covers this zone wholly, so it could never give an alert."
            context.log.report(node, message)
        }
    }

    private static func isNamed(_ name: String, _ node: YAMLNode) -> Bool {
        guard case .mapping(let entries) = node.content,
            case .scalar(let text, _)? = entries.first(where: { $0.key == "name" })?.value.content
        else { return false }
        return text == name
    }

    /// Whether a polygon lies wholly in another: its corners and the middles of its sides do, and no side leaves it.
    private static func encloses(_ outer: RelativePolygon, _ inner: RelativePolygon) -> Bool {
        let sides = inner.sides
        return sides.allSatisfy { holds(outer, $0.start) && holds(outer, middle($0)) }
            && !sides.contains { side in outer.sides.contains { PolygonCheck.cross($0, side) } }
    }

    private static func middle(_ side: PolygonSide) -> RelativePoint {
        RelativePoint(x: (side.start.x + side.end.x) / 2, y: (side.start.y + side.end.y) / 2)
    }

    private static func holds(_ polygon: RelativePolygon, _ point: RelativePoint) -> Bool {
        polygon.sides.contains { PolygonCheck.isOn($0, point) } || polygon.contains(point)
    }
}
