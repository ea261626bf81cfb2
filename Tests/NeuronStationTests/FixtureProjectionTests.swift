import Foundation
import NeuronBus
import NeuronCore
import NeuronIncidents
import NeuronTestSupport
import Testing

/// What projections make of the alerts of fixture clips: one of each kind that a clip can give.
@Suite(.timeLimit(.minutes(10))) struct FixtureProjectionTests {
    private static let clips = ["walker", "gate-zones", "vehicle-plate", "tamper-cover", "frozen"]

    private func stored(_ line: [UInt8], row: Int) throws -> StoredAlert {
        let event = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        func text(_ key: String) throws -> String { try #require(event[key] as? String) }
        return StoredAlert(
            row: Int64(row),
            id: try text("id"),
            alertID: try text("correlationid"),
            source: try text("source"),
            type: try text("type"),
            subject: try text("subject"),
            time: .epoch,
            body: line
        )
    }

    private func board(of clip: String) throws -> ProjectionBoard {
        let place = SensorPlace(position: GeoPosition(latitude: 1, longitude: 2))
        let camera = ProjectionSettings.Camera(
            id: try #require(SensorID(clip)),
            name: clip,
            site: SitePath(),
            place: place
        )
        return ProjectionBoard(
            ProjectionSettings(
                box: .unnamed,
                site: SitePath(),
                cameras: [camera],
                projections: Set(ProjectionSettings.Projection.allCases),
                version: "1"
            )
        )
    }

    @Test(arguments: clips) func `every alert is told in ONVIF's topic, and nothing is open when the clip is over`(
        clip: String
    ) throws {
        let label = try #require((FixtureLabel.all + FixtureLabel.tampered).first { $0.name == clip })
        let lines = try NeurondProcess.run(["replay", label.clip]).lines
        var board = try board(of: clip)
        let before = board.everything().map(\.topic)
        var alerts = 0
        for (row, line) in lines.enumerated() {
            let alert = try stored(line, row: row)
            let said = board.take(alert)
            guard let told = try? JSONDecoder().decode(AlertEvent.self, from: Data(line)) else { continue }
            alerts += 1
            let topics = said.map(\.topic).filter { $0.contains("/onvif-ej/") }
            if told.data.alert.phase == "updated" {
                #expect(said.isEmpty)
            } else {
                let words = told.data.onvif.topic.replacingOccurrences(of: "tns1:", with: "")
                #expect(topics.count == 1 && topics[0].contains("/_/_/_/_/\(clip)/onvif-ej/\(words)/&\(clip)/"))
            }
        }
        #expect(alerts > 0)
        let after = board.everything()
        #expect(Set(before).isSubset(of: after.map(\.topic)))
        for state in ["motion", "tamper", "plate"] {
            let publication = after.first { $0.topic == "nd/v1/_/_/_/_/\(clip)/state/\(state)" }
            #expect(publication.map { String(decoding: $0.payload, as: UTF8.self) } == "OFF")
        }
        let left = after.filter { $0.topic.contains("/onvif-ej/") }.map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(left.allSatisfy { $0.contains(#""State":false"#) })
    }
}
