import Logging
import NeuronCore
import NeuronSampling

/// Writes every few seconds, at debug level, how late the cameras were and what the workers spent: `load cameras=64 …`.
struct LoadReport {
    private static let interval = TimeSpan.seconds(5)
    private let logger: Logger
    private var worstLag = TimeSpan.zero
    private var late = 0
    private var lastWork = TimeSpan.zero
    private var lastLine: MonotonicTime?

    init(logger: Logger) { self.logger = logger }

    /// Takes what was measured of all cameras.
    ///
    /// - Parameters:
    ///   - readings: one per camera.
    ///   - degraded: how many have fallen back.
    ///   - now: when they were measured.
    ///   - dropped: packets left out so far; asked for only where a line is written.
    mutating func note(
        _ readings: [OverloadGovernor.Reading],
        degraded: Int,
        at now: MonotonicTime,
        dropped: () -> Int
    ) {
        guard logger.logLevel <= .debug else { return }
        let lags = readings.map(\.lag)
        worstLag = max(worstLag, lags.max() ?? .zero)
        late = max(late, lags.count { $0 >= OverloadGovernor.Settings().lateAfter })
        if let lastLine, now - lastLine < Self.interval { return }
        let work = TimeSpan(nanoseconds: readings.reduce(0) { $0 + $1.work.nanoseconds })
        logger.debug(
            "load",
            metadata: [
                "cameras": "\(readings.count)", "lag_ms": "\(worstLag.milliseconds)", "late": "\(late)",
                "degraded": "\(degraded)", "dropped": "\(dropped())", "work_ms": "\((work - lastWork).milliseconds)",
            ]
        )
        (worstLag, late, lastWork, lastLine) = (.zero, 0, work, now)
    }
}
