import Foundation
import NeuronCore
import NeuronIncidents
import NeuronTestSupport
import Testing

@Suite struct AlertComposerTests {
    private static let gate = SensorPlace(
        owner: .village,
        address: "12 North Lane",
        position: GeoPosition(latitude: 31.2304, longitude: -0.5),
        gbID: "34020000001320000001"
    )

    private func composer(sensor: String = "cam0042", place: SensorPlace = Self.gate) throws -> AlertComposer {
        AlertComposer(
            identity: AlertComposer.Identity(
                box: try #require(BoxID("box-0007")),
                sensor: try #require(SensorID(sensor)),
                name: "North gate",
                site: SitePath(district: "d310104", street: "s005", community: "c012", grid: "g031"),
                place: place,
                configuration: AlertName.digest(of: "settings"),
                detector: "motion/1"
            )
        )
    }

    /// The drafts of a whole life: started, updated, ended, lost, recovered, lost, abandoned.
    private func life() throws -> [AlertDraft] {
        let composer = try composer()
        var incident = MotionIncident(
            settings: MotionIncident.Settings(
                minimumDuration: .zero,
                eventGap: .seconds(1),
                updateInterval: .seconds(2)
            )
        )
        var drafts: [AlertDraft] = []
        for index in 0..<50 {
            let reading = ZoneReading.zone(moving: index < 35)
            drafts += incident.observe(reading, at: .milliseconds(Int64(index) * 100), size: .fullHD).map {
                composer.compose($0, in: .day)
            }
        }
        var link = CameraLink(holdOff: .seconds(10), start: instant(0))
        drafts += [link.tick(at: instant(10)), link.picture(at: instant(20)), link.failed("timedOut", at: instant(31))]
            .compactMap { $0 }.map(composer.compose)
        drafts += [link.end(at: instant(40), because: .shutdown)].compactMap { $0 }.map(composer.compose)
        return drafts
    }

    private func instant(_ seconds: Int64) -> CameraLink.Instant {
        CameraLink.Instant(
            monotonic: MonotonicTime(nanoseconds: 0) + .seconds(seconds),
            wall: WallTime.epoch + .seconds(seconds)
        )
    }

    private func encoded(_ drafts: [AlertDraft]) -> [[UInt8]] {
        drafts.enumerated().map { index, draft in
            draft.encode(AlertStamp(epoch: 1, number: Int64(index + 1), recordedTime: draft.time))
        }
    }

    @Test func `a whole life keeps to the published schema`() throws {
        let lines = encoded(try life())
        #expect(lines.count == 7)
        #expect(try mistakes(in: lines, closed: true) == "")
    }

    @Test func `every event says whose the camera is and where it stands`() throws {
        for line in encoded(try life()) {
            let text = String(decoding: line, as: UTF8.self)
            #expect(text.contains(#""address":"12 North Lane","gbId":"34020000001320000001","id":"cam0042","lat":31.2304,"#))
            #expect(text.contains(#""lon":-0.5,"name":"North gate","owner":"village","#))
        }
    }

    @Test func `what nobody said of a camera is absent`() throws {
        let composer = try composer(place: SensorPlace())
        var link = CameraLink(holdOff: .seconds(10), start: instant(0))
        let lost = link.tick(at: instant(10))
        let event = encoded([composer.compose(try #require(lost))])[0]
        let text = String(decoding: event, as: UTF8.self)
        for key in ["gbId", "owner", "address", "lat", "lon"] { #expect(!text.contains("\"\(key)\"")) }
    }

    @Test func `a field that the schema does not name is found by the check`() throws {
        let line = String(decoding: encoded(try life())[0], as: UTF8.self)
        let changed = line.replacingOccurrences(of: "\"attempts\"", with: "\"tries\"")
            .replacingOccurrences(of: "\"phase\":\"started\"", with: "\"phase\":\"began\"")
        #expect(try mistakes(in: [Array(changed.utf8)], closed: false).contains("'began'"))
    }

    @Test func `equal facts give equal bytes and ids, and another box or onset another id`() throws {
        #expect(encoded(try life()) == encoded(try life()))
        let onset = WallTime(nanoseconds: 1)
        let box = try #require(BoxID("a"))
        let sensor = try #require(SensorID("b"))
        func name(_ box: BoxID, _ rule: String, _ onset: WallTime) -> String {
            AlertName.alert(box: box, sensor: sensor, kind: "motion", rule: rule, onset: onset)
        }
        let names = [
            name(box, "r", onset), name(try #require(BoxID("c")), "r", onset), name(box, "s", onset),
            name(box, "r", WallTime(nanoseconds: 2)),
        ]
        #expect(Set(names).count == 4)
    }

    @Test func `an id sorts by time and is a ULID`() throws {
        let times: [Int64] = [0, 1_000, 1_795_161_600_000, 4_102_444_800_000]
        let names = try times.map { milliseconds in
            AlertName.alert(
                box: .unnamed,
                sensor: try #require(SensorID("a")),
                kind: "motion",
                rule: "r",
                onset: WallTime(nanoseconds: milliseconds * 1_000_000)
            )
        }
        #expect(names == names.sorted())
        #expect(names.allSatisfy { $0.wholeMatch(of: /[0-7][0-9A-HJKMNP-TV-Z]{25}/) != nil })
        // The example of the ULID specification: 1469922850259 ms is 01ARZ3NDEK? — its first ten digits are the time.
        #expect(names[0].hasPrefix("0000000000") && names[1].hasPrefix("00000000Z8"))
    }

    @Test func `the box is told in pixels and in the coordinates of ONVIF`() throws {
        let event = try AlertEvent(decoding: encoded(try life())[0])
        let motion = try #require(event.data.motion)
        #expect(motion.box == [556, 373, 854, 686])
        let box = try #require(motion.boundingBox)
        #expect([box.left, box.top, box.right, box.bottom] == [-0.4208, 0.3093, -0.1104, -0.2704])
    }

    @Test func `an alert that was interrupted is closed with the same name`() throws {
        let body = encoded(try life())[1]
        let later = WallTime(nanoseconds: 1_795_161_700_000_000_000)
        let draft = try InterruptedAlert.end(of: body, at: later)
        let event = try AlertEvent(decoding: draft.encode(AlertStamp(epoch: 1, number: 1, recordedTime: later)))
        #expect(event.type == "org.neurond.motion.ended.v1" && event.data.alert.endReason == .interrupted)
        #expect(draft.alertID == (try AlertEvent(decoding: body)).correlationid && draft.phase == .closes)
        #expect(try InterruptedAlert.end(of: body, at: later).id == draft.id)
        let line = draft.encode(AlertStamp(epoch: 1, number: 1, recordedTime: later))
        #expect(try mistakes(in: [line], closed: true) == "")
    }

    /// The drafts of tampering in every mode, started and ended, and of a note of light.
    private func tampering() throws -> [AlertDraft] {
        let composer = try composer()
        var drafts: [AlertDraft] = []
        for mode in TamperMode.allCases {
            var incident = TamperIncident(mode: mode, settings: .standard)
            for second in Int64(0)..<20 {
                let verdict: TamperReading.Verdict = second < 12 ? .present : .absent
                let reading = TamperReading.tamper(mode, verdict)
                let transition = incident.observe(reading, at: .milliseconds(second * 1000), size: .fullHD)
                drafts += transition.map { [composer.compose($0, by: "tamper-1")] } ?? []
            }
        }
        var notes = LightNotes()
        let change = LightChange(since: .zero, levelBefore: 50.04, levelAfter: 119.8, areaFraction: 1)
        drafts += notes.observe(change, at: .milliseconds(2000), size: .fullHD).map { [composer.compose($0)] } ?? []
        return drafts
    }

    @Test func `tampering and light keep to the published schema`() throws {
        let lines = encoded(try tampering())
        #expect(lines.count == 11)
        #expect(try mistakes(in: lines, closed: true) == "")
        #expect(try mistakes(in: [lines[0]], closed: true).contains("started and not ended"))
    }

    @Test func `tampering is told in the words of ONVIF and with its reason`() throws {
        let event = try AlertEvent(decoding: encoded(try tampering())[6])
        #expect(event.type == "org.neurond.tamper.started.v1" && event.severitytext == "WARN")
        #expect(event.data.onvif.topic == "tns1:VideoSource/GlobalSceneChange/AnalyticsService")
        #expect(event.data.onvif.data == ["State": true])
        #expect(event.data.alert.dedupKey == "cam0042/tamper/GlobalSceneChange")
        let tamper = try #require(event.data.tamper)
        #expect(tamper.mode == .globalSceneChange && tamper.heldMs == 10_000 && tamper.score == 0.93)
        #expect(event.data.why?.gates == [GateReading(gate: "fineMismatch", value: 0.9346, limit: 0.65)])
        #expect(event.data.why?.detector == "tamper-1")
    }

    @Test func `tampering that was interrupted is closed with the same name`() throws {
        let body = encoded(try tampering())[0]
        let later = WallTime(nanoseconds: 1_795_161_700_000_000_000)
        let draft = try InterruptedAlert.end(of: body, at: later)
        let line = draft.encode(AlertStamp(epoch: 1, number: 1, recordedTime: later))
        let event = try AlertEvent(decoding: line)
        #expect(event.type == "org.neurond.tamper.ended.v1" && event.data.alert.endReason == .interrupted)
        #expect(event.data.onvif.data == ["State": false] && event.data.tamper?.mode == .imageTooDark)
        #expect(try mistakes(in: [line], closed: true) == "")
    }

    /// A plate that was seen twice.
    private func sighting(left: Int = 902) throws -> PlateSighting {
        var tracker = PlateTracker(settings: PlateTracker.Settings(minimumPictures: 2, longestWait: .seconds(10)))
        for index in 0..<2 {
            let box = PixelBox(left: left, top: 611, right: left + 116, bottom: 648)
            let observation = PlateObservation(
                searched: PixelBox(left: 0, top: 0, right: 1920, bottom: 1080),
                plates: [PlateReading(box: box, score: 0.83, sharpness: 0.5)]
            )
            _ = tracker.observe(observation, at: .milliseconds(Int64(index) * 250), size: .fullHD)
        }
        return try #require(tracker.end().first)
    }

    private func draft(_ sighting: PlateSighting) throws -> AlertDraft {
        try composer().compose(
            sighting,
            because: AlertComposer.PlateReason(
                configuration: AlertName.digest(of: "settings"),
                detector: "plates-1",
                threshold: 0.5,
                minimumPictures: 2,
                minimumWidth: 24
            )
        )
    }

    @Test func `a plate is one event that keeps to the schema and needs no end`() throws {
        let draft = try draft(try sighting())
        #expect(draft.phase == .single && draft.importance == .plate && draft.type == "org.neurond.plate.sighted.v1")
        let line = encoded([draft])
        #expect(try mistakes(in: line, closed: true) == "")
        let event = try AlertEvent(decoding: line[0])
        #expect(event.data.objects.map(\.box) == [[902, 611, 1018, 648]])
        #expect(event.data.onvif.data.classTypes == "LicensePlate" && event.data.onvif.data.state == nil)
        #expect(event.data.plate?.read == false && event.data.plate?.pictures == 2)
        #expect(event.data.alert.phase == "sighted" && event.data.alert.endedAt != nil)
    }

    @Test func `two plates of one picture have names of their own, and the same plate the same name`() throws {
        let (one, again, other) = (
            try draft(try sighting()), try draft(try sighting()), try draft(try sighting(left: 300))
        )
        #expect(one.alertID == again.alertID && one.id == again.id)
        #expect(one.alertID != other.alertID && one.id != other.id)
    }

    @Test func `bytes that are no alert are refused`() {
        #expect(throws: (any Error).self) { try InterruptedAlert.end(of: Array("{}".utf8), at: .epoch) }
    }
}
