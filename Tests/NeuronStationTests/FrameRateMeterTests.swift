import Logging
import NeuronConfiguration
import NeuronConsole
import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct FrameRateMeterTests {
    /// What is measured of packets that arrive at these milliseconds.
    private func readings(_ arrivals: [Int64], declared: Double?) -> [FrameRateMeter.Reading] {
        var meter = FrameRateMeter(declared: declared)
        return arrivals.compactMap { meter.note(MonotonicTime(nanoseconds: 5) + .milliseconds($0)) }
    }

    private func steady(_ interval: Int64, until end: Int64) -> [Int64] {
        Array(stride(from: 0, to: end, by: Int(interval)))
    }

    private func isNews(_ arrivals: [Int64], declared: Double?) -> Bool {
        readings(arrivals, declared: declared).contains { $0.isNews }
    }

    @Test func `a stream that declares 10 pictures a second and brings 25 is told once`() {
        let readings = readings(steady(40, until: 120_000), declared: 10)
        #expect(readings.count == 11 && readings.allSatisfy { $0.framesPerSecond == 25 })
        #expect(readings.map(\.isNews) == [false, false, true] + Array(repeating: false, count: 8))
    }

    @Test(arguments: [(25.0, false), (30, false), (21, false), (40, true), (12.5, true)])
    func `a rate that is about right is no news, and one far off is`(declared: Double, isNews: Bool) {
        #expect(self.isNews(steady(40, until: 60_000), declared: declared) == isNews)
        #expect(!self.isNews(steady(40, until: 60_000), declared: nil))
    }

    @Test func `what the opening has held up does not count`() {
        let arrivals = Array(repeating: Int64(0), count: 100) + steady(40, until: 20_000)
        #expect(readings(arrivals, declared: 25).map(\.framesPerSecond) == [25])
    }

    @Test func `a stall and what comes behind it are no other rate`() {
        // Every half minute eight seconds are held up and come at once.
        let arrivals = steady(40, until: 300_000).map { $0 % 30_000 < 8000 ? $0 / 30_000 * 30_000 + 8000 : $0 }
        #expect(!isNews(arrivals, declared: 25))
    }

    @Test func `the console has what was measured beside what is declared`() throws {
        var facts = try MediaSource(opening: SourceAddress(FixtureLabel.path(of: "clips/walker.mp4"))).facts
        facts.averageFrameRate = Ratio(10, 1)
        let configuration = CameraConfiguration(
            id: SensorID(sanitising: "yard"),
            source: SourceAddress("rtsp://127.0.0.1/")
        )
        let camera = LiveCamera(
            CameraPlan(configuration, box: .unnamed),
            channel: AlertChannel(),
            clock: SystemClock(),
            logger: Logger(label: "yard") { _ in SwiftLogNoOpLogHandler() }
        )
        camera.opened(facts)
        #expect(camera.snapshot().video?.framesPerSecond == 10)
        #expect(camera.snapshot().video?.measuredFramesPerSecond == nil)
        for reading in readings(steady(40, until: 60_000), declared: 10) { camera.measured(reading) }
        #expect(camera.snapshot().video?.framesPerSecond == 10)
        #expect(camera.snapshot().video?.measuredFramesPerSecond == 25)
        do {
            _ = try MediaSource(opening: SourceAddress("/nowhere/gone.mp4"))
        } catch {
            camera.failed(error)
        }
        #expect(camera.snapshot().video?.measuredFramesPerSecond == nil)
    }
}
