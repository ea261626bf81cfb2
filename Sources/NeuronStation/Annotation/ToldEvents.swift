import FoundationEssentials
import NeuronCore
import NeuronIncidents

/// What a replay that started at the epoch has told besides motion, for as long as it is to be seen on a picture.
///
/// It reads the events as consumers do, so that a new kind of alert needs nothing here to be shown by its name.
struct ToldEvents {
    /// Alerts that have begun and not ended.
    private(set) var open: [Note] = []
    /// What was told once, a moment ago.
    private(set) var recent: [Note] = []

    struct Note {
        var alertID: String
        var text: String
        /// Objects of the event, in displayed pixels.
        var boxes: [PixelBox]
        var told: MediaTime
    }

    /// How long something that was told once is shown.
    private static let recentTime = TimeSpan.seconds(2)

    /// Takes an event's line.
    mutating func take(_ line: [UInt8]) {
        guard let event = try? AlertEvent(decoding: line) else { return takeNote(line) }
        guard event.data.alert.kind != "motion" else { return }
        let note = Note(
            alertID: event.correlationid,
            text: Self.text(of: event),
            boxes: event.data.objects.compactMap { Self.box($0.box) },
            told: Self.time(event.recordedtime)
        )
        switch Self.words(of: event.type).last {
        case "started": open.append(note)
        case "updated": break
        case "ended": open.removeAll { $0.alertID == note.alertID }
        default: recent.append(note)
        }
    }

    /// Takes an event that is no alert: a change of light.
    private mutating func takeNote(_ line: [UInt8]) {
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(line)) else { return }
        let text = Self.words(of: envelope.type).joined(separator: " ")
        recent.append(Note(alertID: "", text: text, boxes: [], told: Self.time(envelope.recordedtime)))
    }

    /// What every event has.
    private struct Envelope: Decodable {
        var type: String
        var recordedtime: String
    }

    private static func time(_ text: String) -> MediaTime {
        .zero + ((WallTime(rfc3339: text) ?? .epoch) - .epoch)
    }

    /// Forgets what was told too long before a time.
    mutating func forget(before time: MediaTime) { recent.removeAll { time - $0.told > Self.recentTime } }

    /// What an event's type says: `tamper`, `started` of `org.neurond.tamper.started.v1`.
    private static func words(of type: String) -> ArraySlice<Substring> {
        type.split(separator: ".").dropFirst(2).dropLast()
    }

    /// `tamper ImageTooDark`, `plate sighted 0.93`, `light changed`.
    private static func text(of event: AlertEvent) -> String {
        if let tamper = event.data.tamper { return "\(event.data.alert.kind) \(tamper.mode.rawValue)" }
        let score = event.data.plate.map { " \(decimalText($0.peakScore, 2))" } ?? ""
        return words(of: event.type).joined(separator: " ") + score
    }

    private static func box(_ edges: [Int]) -> PixelBox? {
        guard edges.count == 4 else { return nil }
        return PixelBox(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3])
    }
}
