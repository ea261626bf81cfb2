package import NeuronCore

/// Names that follow from what they name, so that a replay, a retry and a restart give the same alert the same id.
///
/// An id is a ULID (github.com/ulid/spec): 48 bits of milliseconds, then 80 bits, which here are not random but the first of
/// a SHA-256. It sorts by time as any ULID does.
package enum AlertName {
    /// The id of an alert: when it began, and a hash of box, camera, kind, rule and onset.
    package static func alert(box: BoxID, sensor: SensorID, kind: String, rule: String, onset: WallTime) -> String {
        ulid(at: onset, of: ["alert", box.rawValue, sensor.rawValue, kind, rule, String(onset.nanoseconds)])
    }

    /// The id of one event of an alert: when it happened, and a hash of the alert and of the event's place in its life.
    package static func event(ofAlert alertID: String, type: String, revision: Int, at time: WallTime) -> String {
        ulid(at: time, of: ["event", alertID, type, String(revision)])
    }

    /// The first 16 hexadecimal digits of a text's SHA-256: a configuration's hash in an alert.
    package static func digest(of text: String) -> String {
        SHA256.digest(of: text.utf8).prefix(8).hexadecimal
    }

    private static func ulid(at time: WallTime, of parts: [String]) -> String {
        ULID.text(at: time, tail: Array(SHA256.digest(of: parts.joined(separator: "\n").utf8).prefix(10)))
    }
}
