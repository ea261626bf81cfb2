package import NeuronCore

/// Names the files of an alert: found by day and camera, sorted by time, and derived from the alert alone.
package struct EvidenceName: Sendable, Hashable {
    package var camera: SensorID
    /// The alert's id, a ULID.
    package var alertID: String
    /// When the alert began; its UTC day is the folder.
    package var onset: WallTime

    /// Makes the name of an alert's files.
    package init(camera: SensorID, alertID: String, onset: WallTime) {
        self.camera = camera
        self.alertID = alertID
        self.onset = onset
    }

    /// The path below the evidence folder, without its ending: `2026-11-21/gate/01K3A7Q0W3`.
    package var stem: String { "\("\(onset)".prefix(10))/\(camera)/\(alertID)" }
}
