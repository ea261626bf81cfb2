import NeuronCore
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
