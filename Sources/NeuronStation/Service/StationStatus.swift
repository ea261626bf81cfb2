/// The line that `systemctl status` shows: pure.
package struct StationStatus: Sendable, Hashable {
    package var camerasUp = 0
    package var cameras = 0
    /// Alerts that some sink has still to take.
    package var pending = 0
    /// What stands still, if anything does.
    package var standstills: [PipelineWatch.Standstill] = []
    /// Whether alerts wait for a disk that refuses them.
    package var isHeldByDisk = false
    /// Whether a reload left the box without any of its sinks.
    package var hasLostSinks = false
    /// Why the latest reload was refused; nil where it was not.
    package var refusedReload: String?

    package init() {}

    /// `3 of 4 cameras up, 12 alerts pending`, and behind it what an operator must know.
    package var text: String {
        let noun = cameras == 1 ? "camera" : "cameras"
        let alerts = pending == 1 ? "alert" : "alerts"
        var parts = ["\(camerasUp) of \(cameras) \(noun) up, \(pending) \(alerts) pending"]
        if isHeldByDisk { parts.append("the disk takes no alerts") }
        if hasLostSinks { parts.append("NO SINK IS OPEN: put it in order and reload") }
        if !standstills.isEmpty {
            parts.append("STANDS STILL: " + standstills.map(\.description).joined(separator: ", "))
        }
        if let refusedReload { parts.append("reload refused: \(refusedReload)") }
        return parts.joined(separator: "; ")
    }
}
