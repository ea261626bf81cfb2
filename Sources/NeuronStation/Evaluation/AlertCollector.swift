import NeuronCore
import NeuronIncidents
import NeuronMedia

/// Gathers the alerts of one kind from the event lines of a replay that started at the epoch.
///
/// It reads what consumers read, so that what is judged is what is told. The first event of an alert opens it, whatever its
/// phase is called; the last one says how long it was open.
struct AlertCollector {
    private let kind: String
    private var places: [String: Int] = [:]
    private(set) var alerts: [ToldAlert] = []

    init(kind: String) { self.kind = kind }

    /// Takes the next event's line.
    mutating func take(_ line: [UInt8]) {
        // What does not read as an alert is a note, of a change of light for example: nothing to judge.
        guard let event = try? AlertEvent(decoding: line), event.data.alert.kind == kind else { return }
        let told = Self.time(event.recordedtime)
        if let place = places[event.correlationid] {
            alerts[place].over = told
            return
        }
        places[event.correlationid] = alerts.count
        alerts.append(
            ToldAlert(
                kind: kind,
                rule: event.data.why?.zone ?? event.data.motion?.rule ?? kind,
                onset: Self.time(event.data.alert.startedAt),
                told: told,
                over: told
            )
        )
    }

    private static func time(_ text: String) -> MediaTime {
        .zero + ((WallTime(rfc3339: text) ?? .epoch) - .epoch)
    }
}

/// Notes where something moves, picture by picture.
final class SightingCollector: PictureWitness {
    private(set) var sightings: [Sighting] = []
    let isInspecting = false

    func see(_ frame: borrowing DecodedFrame, _ sight: PictureSight) {
        for zone in sight.observation.zones where zone.isMoving {
            guard let box = zone.box else { continue }
            let displayed = frame.orientation.displayed(box, of: frame.storedSize)
            sightings.append(Sighting(time: frame.time, box: displayed))
        }
    }
}
