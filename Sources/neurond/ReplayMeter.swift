import NeuronCore
import NeuronMedia
import NeuronSampling
import NeuronStation

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
            \(decoders(total))
            wakes           \(total.wakes)
            size_wakes      \(total.sizeWakes)
            audits          \(total.coverage.audits)
            audit_finds     \(total.coverage.auditFinds)
            damaged         \(total.damaged)
            suppressed      \(total.suppressed)
            connected_seconds \(total.coverage.connected.seconds.rounded(toDecimals: 3))
            blind_seconds   \(total.coverage.blind.seconds.rounded(toDecimals: 3))
            alerts          \(total.alerts)
            \(doubts(total))
            decode_seconds  \(total.decodeTime.seconds.rounded(toDecimals: 3))
            detect_seconds  \(total.detectTime.seconds.rounded(toDecimals: 3))
            cpu_seconds     \(usage.cpuSeconds.rounded(toDecimals: 3))
            wall_seconds    \(elapsed.rounded(toDecimals: 3))
            realtime_factor \((elapsed > 0 ? played / elapsed : 0).rounded(toDecimals: 1))
            rss_anon_kib    \(usage.anonymousKibibytes)
            rss_peak_kib    \(usage.peakKibibytes)
            """
    }

    /// A line per decoder that ran, and why.
    private func decoders(_ total: PipelineStatistics) -> String {
        total.decoders.map { "decoder         \($0.text)" }.joined(separator: "\n")
    }

    /// A line per reason for which a change was not believed.
    private func doubts(_ total: PipelineStatistics) -> String {
        MotionDoubt.allCases.map { doubt in
            let name = "doubt_\(doubt.name)"
            return name + String(repeating: " ", count: max(1, 21 - name.count)) + "\(total.doubts[doubt])"
        }.joined(separator: "\n")
    }
}
