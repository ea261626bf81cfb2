import NeuronCore
import NeuronIncidents
import Testing

@testable import NeuronStation

@Suite struct ULIDBoundsTests {
    private func name(_ time: WallTime) -> String {
        AlertName.alert(box: .unnamed, sensor: SensorID(sanitising: "gate"), kind: "motion", rule: "path", onset: time)
    }

    @Test(arguments: ["1970-01-01T00:00:00Z", "2026-11-21T08:00:00.412Z", "2261-12-31T23:59:59.999Z"])
    func `names of a time lie between its bounds, and say it`(text: String) throws {
        let time = try #require(WallTime(rfc3339: text))
        let (first, next) = (ULIDBounds.first(at: time), ULIDBounds.first(after: time))
        #expect((first..<next).contains(name(time)))
        #expect(name(time + .milliseconds(1)) >= next && name(time - .milliseconds(1)) < first || time == .epoch)
        #expect(ULID.time(of: first) == time && ULID.time(of: name(time)) == time)
    }

    @Test func `what is before 1970 begins with it`() {
        #expect(ULIDBounds.first(at: .epoch - .seconds(1)) == String(repeating: "0", count: 26))
    }

    @Test(arguments: ["", "01K3A7Q0W3", "01K3A7Q0WU0000000000000000", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ"])
    func `what is no name says no time`(text: String) {
        #expect(ULID.time(of: text) == nil)
    }
}
