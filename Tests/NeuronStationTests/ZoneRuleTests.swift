import NeuronTestSupport
import Testing

/// Zones that silence others, and what changes at night, in replays of the drawn clips.
@Suite(.timeLimit(.minutes(10))) struct ZoneRuleTests {
    private func replay(_ clip: String, _ camera: String) throws -> NeurondProcess.Result {
        let folder = try TemporaryDirectory()
        let path = FixtureLabel.path(of: "clips/\(clip)")
        let file = try folder.write("cameras: [{id: fixture, source: \(path), \(camera)}]\n".utf8, to: "neurond.yaml")
        let result = try NeurondProcess.run(["replay", path, "--config", file])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        #expect(try mistakes(in: result.lines, closed: true) == "")
        return result
    }

    private func rules(_ result: NeurondProcess.Result) throws -> Set<String> {
        Set(try result.values("data", "motion", "rule"))
    }

    private let left = "[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]"
    private let whole = "[[0, 0], [1, 0], [1, 1], [0, 1]]"

    @Test func `motion in a preclude zone silences every other zone`() throws {
        let plain = try replay("walker.mp4", "zones: [{name: all, polygon: \(whole)}]")
        #expect(try rules(plain) == ["all"])
        let zones = "zones: [{name: all, polygon: \(whole)}, {name: door, kind: preclude, polygon: \(whole)}]"
        #expect(try replay("walker.mp4", zones).lines.isEmpty)
    }

    @Test func `a preclude zone in which nothing moves silences nothing`() throws {
        let corner = "[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1]]"
        let zones = "zones: [{name: sky, kind: preclude, polygon: \(corner)}]"
        let starts = try replay("walker.mp4", zones).values("type").filter { $0.contains("motion.started") }
        #expect(try starts.count == replay("walker.mp4", "loop: false").values("type").count / 2)
    }

    @Test func `a preclude zone is told nowhere`() throws {
        let zones = "zones: [{name: door, kind: preclude, polygon: \(left)}]"
        #expect(try !rules(replay("two-walkers.mp4", zones)).contains("door"))
    }

    @Test func `limits of the night hold in a dark picture and leave the day alone`() throws {
        let night = "motion: {night: {minimumDuration: 60s}}"
        #expect(try replay("walker.mp4", night).lines == replay("walker.mp4", night).lines)
        #expect(try !replay("walker.mp4", night).lines.isEmpty)
        let light = try replay("walker.mp4", night).values("data", "why", "light")
        #expect(Set(light) == ["day"])
    }
}
