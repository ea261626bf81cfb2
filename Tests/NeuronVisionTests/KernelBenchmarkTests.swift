import NeuronVision
import Testing

@Suite struct KernelBenchmarkTests {
    @Test func `each kernel is measured beside its reference and gives the same bytes`() {
        var ticks: Int64 = 0
        let report = KernelBenchmark(target: .best, rounds: 5) {
            ticks += 1_000_000
            return ticks
        }.run()
        #expect(report.target == KernelTarget.best.name)
        #expect(report.readings.map(\.kernel) == KernelCase.names)
        // The clock of this test ticks once per look, so that every run takes one tick.
        for reading in report.readings {
            #expect(reading.isEqual, "\(reading.kernel)")
            #expect(reading.seconds == 0.001 && reading.referenceSeconds == 0.001 && reading.bytes > 0)
        }
        #expect(report.copyBandwidth == 2 * 1920 * 1080 / 0.001)
        #expect(report.detectorSeconds == 0.001)
        #expect(report.tamperSeconds == 0.001)
        #expect(report.streamSeconds == 0.001 && abs(report.streamInCopies - 1) < 1e-9)
        #expect(report.plateSearchSeconds == 0.001 && report.plateSearchInCopies == 1)
    }
}
