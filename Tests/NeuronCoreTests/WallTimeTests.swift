import NeuronCore
import Testing

@Suite struct WallTimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", 0),
        ("2026-11-20T08:00:00.412Z", 1_795_161_600_412),
        ("2000-02-29T23:59:59.999Z", 951_868_799_999),
        ("1969-12-31T23:59:59.999Z", -1),
    ])
    func `a time is written as it is read`(text: String, milliseconds: Int64) throws {
        let time = try #require(WallTime(rfc3339: text))
        #expect(time.milliseconds == milliseconds)
        #expect(time.description == text)
    }

    @Test func `an offset is taken away`() {
        #expect(WallTime(rfc3339: "2026-11-20T08:00:00+08:00") == WallTime(rfc3339: "2026-11-20T00:00:00Z"))
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T08:00:00",
        "2026-11-20T08:00:00.Z", "2026-11-20T08:00:00Zx", "9999-01-01T00:00:00Z", "2026-11-20T08:00:00+0800",
    ])
    func `a text that is no time is refused`(text: String) {
        #expect(WallTime(rfc3339: text) == nil)
    }
}
