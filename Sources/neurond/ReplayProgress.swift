import Glibc
import NeuronCore
import NeuronStation

/// The line that shows how far a replay is, on a terminal only.
final class ReplayProgress: Sendable {
    private let stopSignal = StopSignal()
    private let thread: DedicatedThread?

    init(_ replay: Replay) {
        guard Terminal.isInteractive else {
            thread = nil
            return
        }
        let stopSignal = stopSignal
        let clock = SystemClock()
        let start = clock.monotonicNow()
        thread = DedicatedThread(name: "progress") {
            while !stopSignal.wait(for: .milliseconds(200)) {
                let elapsed = (clock.monotonicNow() - start).seconds
                Terminal.draw(Self.line(replay, elapsed))
            }
            Terminal.draw("")
        }
    }

    func stop() {
        stopSignal.stop()
        thread?.join()
    }

    private static func line(_ replay: Replay, _ elapsed: Double) -> String {
        let played = replay.reached.seconds
        let speed = elapsed > 0 ? played / elapsed : 0
        let text = "\(played.rounded(toDecimals: 1)) s played, \(speed.rounded(toDecimals: 1))x"
        guard let length = replay.knownLength, length > .zero else { return text }
        // A clip that begins before its first shown picture has times below zero.
        let part = max(0, min(1, played / length.seconds))
        let filled = Int(part * 30)
        return "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 30 - filled))] "
            + "\(Int(part * 100)) %, \(text)"
    }
}

/// What a replay cost, for `--stats`.
struct ReplayMeter {
    private let clock = SystemClock()
    private let start: MonotonicTime

    init() { start = clock.monotonicNow() }

    /// Lines of numbers for people and for grep: `name value`.
    func report(_ outcomes: [ReplayJob.Outcome]) -> String {
        let elapsed = (clock.monotonicNow() - start).seconds
        var total = PipelineStatistics()
        for outcome in outcomes { total.add(outcome.statistics) }
        let played = outcomes.reduce(0) { $0 + $1.played.seconds }
        let usage = ProcessUsage()
        return """
            frames          \(total.packets)
            decoded         \(total.decoded)
            detected        \(total.detected)
            damaged         \(total.damaged)
            suppressed      \(total.suppressed)
            alerts          \(total.alerts)
            decode_seconds  \(total.decodeTime.seconds.rounded(toDecimals: 3))
            detect_seconds  \(total.detectTime.seconds.rounded(toDecimals: 3))
            cpu_seconds     \(usage.cpuSeconds.rounded(toDecimals: 3))
            wall_seconds    \(elapsed.rounded(toDecimals: 3))
            realtime_factor \((elapsed > 0 ? played / elapsed : 0).rounded(toDecimals: 1))
            rss_anon_kib    \(usage.anonymousKibibytes)
            rss_peak_kib    \(usage.peakKibibytes)
            """
    }
}

extension Double {
    /// The number as it is shown to people.
    func rounded(toDecimals count: Int) -> Double {
        let scale = (0..<count).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
