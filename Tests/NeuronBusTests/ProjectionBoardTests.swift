import Foundation
import NeuronCore
import Testing

@testable import NeuronBus

@Suite struct ProjectionBoardTests {
    private static let site = SitePath(district: "d310104", street: "s005", community: "c012", grid: "g031")
    private let subject = "nd/v1/d310104/s005/c012/g031/cam0042"

    private func board(
        _ projections: Set<ProjectionSettings.Projection> = [],
        hasSwitch: Bool = false,
        hasPictures: Bool = false
    ) throws -> ProjectionBoard {
        let place = SensorPlace(
            owner: .village,
            address: "12 Mill Lane",
            position: GeoPosition(latitude: 31.25, longitude: 121.5),
            gbID: "31010400001320000042"
        )
        let gate = ProjectionSettings.Camera(
            id: try #require(SensorID("cam0042")),
            name: "North \"gate\"",
            site: Self.site,
            place: place
        )
        let yard = ProjectionSettings.Camera(id: try #require(SensorID("yard")), name: "Yard", site: Self.site)
        var settings = ProjectionSettings(
            box: try #require(BoxID("box-0007")),
            site: Self.site,
            cameras: [gate, yard],
            projections: projections,
            hasSwitch: hasSwitch,
            version: "1.2.3"
        )
        settings.hasPictures = hasPictures
        return ProjectionBoard(settings)
    }

    @Test func `Home Assistant is shown the picture of the last alert where there is one`() throws {
        for hasPictures in [false, true] {
            let device = try object(try board([.homeAssistant], hasPictures: hasPictures).everything()[1])
            let image = (device["cmps"] as? [String: [String: Any]])?["snapshot"]
            #expect((image != nil) == hasPictures)
            guard let image else { continue }
            #expect(image["p"] as? String == "image" && image["unique_id"] as? String == "nd_box-0007_cam0042_image")
            #expect(image["image_topic"] as? String == "\(subject)/state/image")
            #expect(image["content_type"] as? String == "image/jpeg" && image["state_topic"] == nil)
        }
    }

    private func event(
        _ word: String,
        _ phase: String,
        alert: String = "A",
        onvif: String = "tns1:RuleEngine/MotionRegionDetector/Motion",
        source: String = #"{"VideoSource":"cam0042","RuleName":"gate"}"#,
        data: String = #"{"State":true}"#,
        camera: String = "cam0042"
    ) -> StoredAlert {
        let kind = word.split(separator: ".")[0]
        let type = "org.neurond.\(word).v1"
        let body =
            #"{"type":"\#(type)","time":"2026-08-22T10:15:23.412Z","data":{"alert":{"id":"\#(alert)","kind":"\#(kind)","#
            + #""phase":"\#(phase)","startedAt":"2026-08-22T10:15:23.412Z"},"onvif":{"topic":"\#(onvif)","source":\#(source),"#
            + #""data":\#(data)}}}"#
        return StoredAlert(
            row: 1,
            id: "E",
            alertID: alert,
            source: "urn:neurond:box-0007:\(camera)",
            type: type,
            subject: "d310104/s005/c012/g031/\(camera)",
            time: .epoch,
            body: Array(body.utf8)
        )
    }

    private func said(_ publications: [BusPublication]) -> [String] {
        publications.map {
            "\($0.topic) \(String(decoding: $0.payload, as: UTF8.self))\($0.isRetained ? " retained" : "")"
        }
    }

    private func object(_ publication: BusPublication?) throws -> [String: Any] {
        let payload = Data(try #require(publication).payload)
        return try #require(try JSONSerialization.jsonObject(with: payload) as? [String: Any])
    }

    @Test func `motion is on from the first alert's start to the last one's end`() throws {
        var board = try board()
        #expect(said(board.take(event("motion.started", "started"))) == ["\(subject)/state/motion ON retained"])
        #expect(board.take(event("motion.started", "started", alert: "B")).isEmpty)
        #expect(board.take(event("motion.updated", "updated")).isEmpty)
        #expect(board.take(event("motion.ended", "ended")).isEmpty)
        #expect(
            said(board.take(event("motion.ended", "ended", alert: "B"))) == ["\(subject)/state/motion OFF retained"]
        )
    }

    @Test func `a camera that is lost is neither linked nor online, and stays so when the daemon stops`() throws {
        var board = try board()
        let lost = ["\(subject)/state/link OFF retained", "\(subject)/state/online offline retained"]
        #expect(said(board.take(event("camera.lost", "started"))) == lost)
        #expect(board.take(event("camera.ended", "ended")).isEmpty)
        #expect(board.take(event("camera.lost", "started", alert: "B")).isEmpty)
        let back = ["\(subject)/state/link ON retained", "\(subject)/state/online online retained"]
        #expect(said(board.take(event("camera.recovered", "ended", alert: "B"))) == back)
    }

    @Test func `a plate is on for a moment that nobody who comes later is told of`() throws {
        var board = try board()
        #expect(said(board.take(event("plate.sighted", "sighted"))) == ["\(subject)/state/plate ON"])
        #expect(said(board.everything()).contains("\(subject)/state/plate OFF retained"))
    }

    @Test func `everything holds each camera's states and what has changed since`() throws {
        var board = try board()
        _ = board.take(event("tamper.started", "started"))
        let states = said(board.everything())
        #expect(states.count == 10)
        #expect(states.contains("\(subject)/state/tamper ON retained"))
        #expect(states.contains("nd/v1/d310104/s005/c012/g031/yard/state/tamper OFF retained"))
    }

    @Test func `whether a camera is armed is the desk's word, and goes from the broker with its camera`() throws {
        let board = try board()
        #expect(!said(board.everything()).contains { $0.contains("/state/armed") })
        #expect(board.retainedTopics.contains("\(subject)/state/armed"))
        #expect(board.retainedTopics.isSuperset(of: board.everything().filter(\.isRetained).map(\.topic)))
    }

    @Test func `the topics of ONVIF are retained states and a sighting is none`() throws {
        var board = try board([.onvif])
        let motion = "\(subject)/onvif-ej/RuleEngine/MotionRegionDetector/Motion/&cam0042/gate"
        let source = #""Source":{"RuleName":"gate","VideoSource":"cam0042"},"UtcTime":"2026-08-22T10:15:23.412Z"}"#
        #expect(
            said(board.take(event("motion.started", "started"))).last == motion + #" {"Data":{"State":true},"# + source
                + " retained"
        )
        #expect(board.take(event("motion.updated", "updated")).isEmpty)
        let seen = event(
            "plate.sighted",
            "sighted",
            onvif: "tns1:RuleEngine/ObjectDetection/Object",
            data: #"{"ClassTypes":"LicensePlate"}"#
        )
        let plate = "\(subject)/onvif-ej/RuleEngine/ObjectDetection/Object/&cam0042/gate"
        #expect(said(board.take(seen)).last == plate + #" {"Data":{"ClassTypes":"LicensePlate"},"# + source)
        let ended = event("motion.ended", "ended", data: #"{"State":false}"#)
        let off = motion + #" {"Data":{"State":false},"# + source + " retained"
        #expect(said(board.take(ended)).last == off)
        #expect(said(board.everything()).filter { $0.contains("onvif-ej") } == [off])
    }

    @Test func `Home Assistant finds the box and each camera`() throws {
        let found = try board([.homeAssistant]).everything().filter { $0.topic.hasPrefix("homeassistant/") }
        #expect(found.map(\.topic) == ["", "_cam0042", "_yard"].map { "homeassistant/device/nd_box-0007\($0)/config" })
        #expect(found.count { $0.isRetained } == 3)
        let gate = try object(found[1])
        #expect((gate["dev"] as? [String: Any])?["via_device"] as? String == "nd_box-0007")
        #expect((gate["dev"] as? [String: Any])?["sa"] as? String == "12 Mill Lane")
        #expect((gate["dev"] as? [String: Any])?["sn"] as? String == "31010400001320000042")
        #expect((gate["dev"] as? [String: Any])?["name"] as? String == "North \"gate\"")
        #expect((gate["o"] as? [String: Any])?["sw"] as? String == "1.2.3")
        let components = try #require(gate["cmps"] as? [String: [String: Any]])
        #expect(Set(components.keys) == ["motion", "plate", "tamper", "link", "armed"])
        #expect(Set(components.values.compactMap { $0["unique_id"] as? String }).count == 5)
        for (name, component) in components {
            #expect(component["state_topic"] as? String == "\(subject)/state/\(name)")
            #expect(component["p"] as? String == "binary_sensor")
        }
        #expect(components["plate"]?["off_delay"] as? Int == 10)
        #expect(components["link"]?["availability"] != nil)
    }

    @Test func `every topic that Home Assistant is told of is one of which something is said`() throws {
        let board = try board([.homeAssistant])
        let said = Set(board.everything().map(\.topic)).union(board.retainedTopics)
        let box = "nd/v1/d310104/s005/c012/g031/box-0007/state/online"
        let devices = board.everything().filter { $0.topic.hasPrefix("homeassistant/") }
        for device in devices {
            let text = String(decoding: device.payload, as: UTF8.self)
            for match in text.matches(of: /"(nd\/v1\/[^"]+)"/) {
                let topic = String(match.output.1)
                #expect(said.contains(topic) || topic == box, "\(topic)")
            }
        }
    }

    @Test func `only a trusted switch is one`() throws {
        let device = try object(try board([.homeAssistant], hasSwitch: true).everything()[1])
        let armed = try #require((device["cmps"] as? [String: [String: Any]])?["armed"])
        #expect(armed["p"] as? String == "switch")
        #expect(armed["command_topic"] as? String == "\(subject)/cmd/armed")
    }

    @Test func `a map has the cameras that have a position, and what is open there`() throws {
        var board = try board([.geoJSON])
        let map = try object(board.take(event("motion.started", "started")).last)
        #expect(map["type"] as? String == "FeatureCollection")
        let features = try #require(map["features"] as? [[String: Any]])
        #expect(features.count == 1)
        let geometry = try #require(features[0]["geometry"] as? [String: Any])
        #expect(geometry["type"] as? String == "Point")
        #expect(geometry["coordinates"] as? [Double] == [121.5, 31.25])
        let properties = try #require(features[0]["properties"] as? [String: Any])
        #expect(properties["owner"] as? String == "village")
        #expect(properties["address"] as? String == "12 Mill Lane")
        #expect(properties["gbId"] as? String == "31010400001320000042")
        #expect((properties["open"] as? [[String: String]])?.first?["alertId"] == "A")
        let last = try #require(board.everything().last)
        #expect(last.topic == "nd/v1/d310104/s005/c012/g031/box-0007/state/map")
        #expect(last.isRetained && last.contentType == "application/geo+json")
        let after = try object(board.take(event("motion.ended", "ended")).last)
        #expect(String(describing: after).contains("alertId") == false)
    }

    @Test(arguments: [
        "", "{", "null", "[]", #"{"type":"org.neurond.motion.started.v1"}"#,
        #"{"type":1,"time":"t","data":{}}"#, String(repeating: "[", count: 10_000),
    ])
    func `a body that is none says nothing`(body: String) throws {
        var board = try board(Set(ProjectionSettings.Projection.allCases))
        var alert = event("motion.started", "started")
        alert.body = Array(body.utf8)
        #expect(board.take(alert).isEmpty)
        alert.body = [0xFF, 0xFE, 0x00]
        #expect(board.take(alert).isEmpty)
    }

    @Test(arguments: [
        ("tns1:RuleEngine/#", #"{"VideoSource":"a"}"#), ("tns1:Rule+/Motion", #"{"VideoSource":"a"}"#),
        ("tns1:", #"{"VideoSource":"a"}"#), ("tns1:A//B", #"{"VideoSource":"a"}"#), ("tns1:A", "{}"),
        ("tns1:A", #"{"VideoSource":"a/#"}"#), ("tns1:A", #"{"Other":"a"}"#),
    ])
    func `a topic of ONVIF that would be another one on MQTT is left out`(topic: String, source: String) throws {
        var board = try board([.onvif])
        let news = board.take(event("motion.started", "started", onvif: topic, source: source))
        #expect(news.map(\.topic) == ["\(subject)/state/motion"])
    }

    @Test func `a camera of another box says nothing here`() throws {
        var board = try board(Set(ProjectionSettings.Projection.allCases))
        #expect(board.take(event("motion.started", "started", camera: "cam0043")).isEmpty)
    }

    @Test func `alerts whose ends never come don't grow it for ever`() throws {
        var board = try board([.geoJSON])
        for number in 0..<1000 { _ = board.take(event("motion.started", "started", alert: "A\(number)")) }
        #expect(board.cameras.values.map(\.open.count).max() == 64)
        let map = try #require(board.everything().last)
        #expect(map.payload.count < 4096)
    }
}
