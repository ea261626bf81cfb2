import Testing

@testable import NeuronConfiguration

@Suite struct PolygonTests {
    private static let point = "cameras[0].masks[0].polygon"

    private func problem(_ polygon: String) -> [String] {
        problems(of: withCamera("    masks:\n      - name: m\n        polygon: \(polygon)\n"))
    }

    @Test(arguments: [
        ("5", "6:18: \(point): Here should be a list of points such as [[0.1, 0.2], [0.9, 0.2], [0.9, 1]]."),
        ("[[0,0],[1,1]]", "6:18: \(point): A polygon has 3 to 100 points `[x, y]`, and this one has 2."),
        (
            "[[0,0],[1,0],[1]]",
            "6:31: \(point)[2]: A point has two numbers, `[x, y]`, in fractions of the picture's width and height."
        ),
        (
            "[[0,0],[1,0],5]",
            "6:31: \(point)[2]: A point has two numbers, `[x, y]`, in fractions of the picture's width and height."
        ),
        (
            "[[0,0],[1,0],[1,a]]",
            "6:34: \(point)[2][1]: Here should be a fraction of the picture's height, 0 to 1, not `a`."
        ),
        (
            "[[0,0],[1920,0],[1,1]]",
            "6:26: \(point)[1][0]: `1920` lies outside the picture: here should be a fraction of the picture's width, 0 to 1; "
                + "pixels are divided by the picture's width."
        ),
        (
            "[[0,0],[1,0],[1,-0.1]]",
            "6:34: \(point)[2][1]: `-0.1` lies outside the picture: here should be a fraction of the picture's height, 0 to 1."
        ),
        (
            "[[0,0],[1,0],[1,1],[0,0]]",
            "6:37: \(point)[3]: The last point repeats the first; leave it out, a polygon is closed by itself."
        ),
        ("[[0,0],[1,0],[1,0],[1,1]]", "6:31: \(point)[2]: Point 3 repeats the point before it; leave one out."),
        ("[[0,0],[0.5,0.5],[1,1]]", "6:19: \(point)[0]: All points lie on one line, so the polygon has no area."),
        (
            "[[0,0],[1,1],[1,0],[0,1]]",
            "6:31: \(point)[2]: The polygon crosses itself: the side from point 3 to 4 meets the side from point 1 to 2. List the "
                + "points in their order around the area."
        ),
    ])
    func `a polygon that encloses no clear area is refused`(polygon: String, expected: String) {
        #expect(problem(polygon) == [expected])
    }

    @Test(arguments: [
        // A side that runs back along the one before it, one that touches a corner, one that touches a side.
        "[[0,0],[1,0],[0.5,0],[0.5,1]]", "[[0,0],[1,0],[0.5,0.5],[1,1],[0,1],[0.5,0.5]]",
        "[[0,0],[1,0],[1,1],[0.5,0],[0,1]]",
        "[[0.5,0],[1,0],[1,1],[0,1],[0,0],[0.7,0]]",
    ])
    func `sides that touch are refused too`(polygon: String) {
        let found = problem(polygon)
        #expect(found.count == 1 && found[0].contains("crosses itself"), "\(found)")
    }

    @Test(arguments: [
        "[[0,0],[1,0],[1,1]]", "[[0,0],[0.5,0],[1,0],[1,1],[0,1]]",
        "[[0.1,0.1],[0.9,0.1],[0.5,0.5],[0.9,0.9],[0.1,0.9]]",
        "[[0,0],[0,1],[1,1],[1,0]]", "[[1e-3,0],[1.0,0],[1,1]]",
    ])
    func `a polygon may be concave, run either way and have points on its sides`(polygon: String) {
        #expect(problem(polygon) == [])
    }

    @Test func `all points outside the picture are told at once`() {
        #expect(problem("[[2,0],[0,2],[3,3]]").count == 4)
    }

    @Test(arguments: [
        ("[[0,0],[1,0],[1,1],[0,1]]", true), ("[[0.2,0.2],[0.8,0.2],[0.8,0.8],[0.2,0.8]]", true),
        // The zone itself, a mask that leaves a strip, one that the zone surrounds, one with a notch, one beside it.
        ("[[0.3,0.3],[0.7,0.3],[0.7,0.7],[0.3,0.7]]", true), ("[[0,0],[1,0],[1,0.69],[0,0.69]]", false),
        ("[[0.4,0.4],[0.6,0.4],[0.6,0.6],[0.4,0.6]]", false), ("[[0,0],[1,0],[1,1],[0.5,0.5],[0,1]]", false),
        ("[[0,0],[0.1,0],[0.1,0.1]]", false),
    ])
    func `a zone that a mask covers wholly is a mistake`(mask: String, isCovered: Bool) {
        let zone = "      - {name: z, polygon: [[0.3,0.3],[0.7,0.3],[0.7,0.7],[0.3,0.7]]}\n"
        let masked = withCamera("    zones:\n\(zone)    masks: [{name: m, polygon: \(mask)}]\n")
        let message = "covers this zone wholly, so it could never give an alert."
        #expect(problems(of: masked) == (isCovered ? ["5:9: cameras[0].zones[0]: The mask `m` \(message)"] : []))
        let excluded = withCamera("    zones:\n\(zone)      - {name: x, kind: exclude, polygon: \(mask)}\n")
        #expect(
            problems(of: excluded) == (isCovered ? ["5:9: cameras[0].zones[0]: The exclude zone `x` \(message)"] : [])
        )
    }

    @Test func `a camera has up to 64 masks`() {
        let masks = (0..<65).map { "{name: m\($0), polygon: [[0,0],[1,0],[1,1]]}" }.joined(separator: ",\n")
        #expect(
            problems(of: withCamera("    masks: [\(masks)]\n")) == [
                "68:1: cameras[0].masks[64]: The list may have up to 64 items, and has 65."
            ]
        )
    }
}
