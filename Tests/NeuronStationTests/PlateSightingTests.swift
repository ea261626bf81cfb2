import Foundation
import NeuronTestSupport
import Testing

/// The car of the fixture vehicle-plate, from the clip to the alert.
@Suite(.timeLimit(.minutes(10))) struct PlateSightingTests {
    private static let clip = FixtureLabel.path(of: "clips/vehicle-plate.mp4")

    private func replay(_ plates: String, motion: String = "{}") throws -> NeurondProcess.Result {
        let folder = try TemporaryDirectory()
        let text = "cameras: [{id: gate, source: \(Self.clip), plates: \(plates), motion: \(motion)}]\n"
        let file = try folder.write(text.utf8, to: "neurond.yaml")
        return try NeurondProcess.run(["replay", Self.clip, "--config", file])
    }

    private func sightings(_ result: NeurondProcess.Result) throws -> [[String: Any]] {
        try result.lines.compactMap { try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] }
            .filter { $0["type"] as? String == "org.neurond.plate.sighted.v1" }
            .compactMap { $0["data"] as? [String: Any] }
    }

    @Test func `a car that passes is told once, with its plate in its best picture`() throws {
        let result = try replay("{enabled: true}")
        #expect(result.status == 0 && result.errors.isEmpty)
        #expect(try mistakes(in: result.lines, closed: true) == "")
        let told = try sightings(result)
        #expect(told.count == 1)
        let data = try #require(told.first)
        let box = try #require((data["objects"] as? [[String: Any]])?.first?["box"] as? [Int])
        // The plate is 66 pixels wide in the middle of the drive and 134 at its end.
        #expect((60...200).contains(box[2] - box[0]) && (10...60).contains(box[3] - box[1]))
        let plate = try #require(data["plate"] as? [String: Any])
        #expect((plate["pictures"] as? Int ?? 0) >= 5 && (plate["durationMs"] as? Int ?? 0) > 1500)
        #expect(try replay("{enabled: true}").lines == result.lines)
    }

    @Test func `without plates the alerts of motion are the same in everything but their numbers`() throws {
        let (with, without) = (try replay("{enabled: true}"), try replay("{enabled: false}"))
        #expect(try sightings(without).isEmpty && without.lines.count + 1 == with.lines.count)
        let motion = with.lines.map { String(decoding: $0, as: UTF8.self) }.filter { $0.contains("\"motion\":{") }
        func unnumbered(_ line: String) -> String { line.replacing(/"sequence":"[^"]*"/, with: "") }
        #expect(motion.map(unnumbered) == without.lines.map { unnumbered(String(decoding: $0, as: UTF8.self)) })
    }

    @Test func `a plate is told where motion is not`() throws {
        let result = try replay("{enabled: true}", motion: "{enabled: false}")
        #expect(try sightings(result).count == 1 && result.lines.count == 1)
    }

    @Test func `a wider minimum leaves the plate out`() throws {
        #expect(try sightings(try replay("{minimumWidth: 400}")).isEmpty)
    }
}
