import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct LimitsSectionTests {
    private func cameras(_ count: Int) -> String {
        "cameras:\n" + (0..<count).map { "  - {id: c\($0), source: \"rtsp://h/\($0)\"}\n" }.joined()
    }

    @Test func `few cameras have as much as one may, many share alike`() {
        let limits = LimitsConfiguration()
        #expect(limits.share(of: 0) == .mebibytes(16) && limits.share(of: 32) == .mebibytes(16))
        #expect(limits.share(of: 64) == .mebibytes(8) && limits.share(of: 256) == .mebibytes(4))
    }

    @Test func `limits and health are read`() throws {
        let read = try configuration(
            "limits: {packetMemory: 64MiB, packetMemoryPerCamera: 4MiB, decodeWorkers: 3}\n"
                + "health: {coverageEvery: 1m}\n" + cameras(1)
        )
        let limits = LimitsConfiguration(
            packetMemory: .mebibytes(64),
            packetMemoryPerCamera: .mebibytes(4),
            decodeWorkers: 3
        )
        #expect(read.limits == limits)
        #expect(read.health.coverageEvery == .seconds(60))
    }

    @Test func `cameras that do not fit are refused with what they need`() {
        let fits = problems(of: "limits: {packetMemory: 8MiB}\n" + cameras(4))
        let found = problems(of: "limits: {packetMemory: 8MiB}\n" + cameras(5))
        #expect(fits.isEmpty)
        #expect(
            found == [
                "1:9: limits: `packetMemory` of `limits` is 8MiB, and 5 cameras need at least 10MiB, 2MiB each."
            ]
        )
    }

    @Test func `without a limit many cameras have enough each, and few have what is usual`() throws {
        let limits = try configuration(cameras(300)).limits
        #expect(limits.share(of: 300) == .mebibytes(4))
        #expect(limits.share(of: 64) == .mebibytes(8))
        #expect(limits.share(of: 1) == .mebibytes(16))
    }

    @Test(arguments: [
        ("limits: {packetMemory: 1MiB}", "out of range"), ("limits: {decodeWorkers: 0}", "1 to 256"),
        ("limits: {workers: 2}", "`decodeWorkers`"), ("health: {coverageEvery: 0s}", "1s"),
    ])
    func `what makes no sense is refused`(line: String, part: String) {
        let found = problems(of: line + "\n" + cameras(1))
        #expect(found.count == 1 && found[0].contains(part), "\(found)")
    }
}
