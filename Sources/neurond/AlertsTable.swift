import NeuronCore
import NeuronIncidents

/// Alert documents for people.
enum AlertsTable {
    /// One alert in one line: id, start, where it stands, what and where.
    static func row(_ document: AlertDocument, _ palette: Palette) -> String {
        let state = document.disposition?.rawValue ?? document.workflow.rawValue
        let isOverdue = document.overdue && document.isOpen
        let words = [
            document.alertId, document.openedAt.description, padded(document.tier.rawValue, 9),
            palette(padded(isOverdue ? "OVERDUE" : state, 12), meaning(document)),
            padded(document.condition.rawValue, 7),
            document.dedupKey, plain(document.sensor.name),
        ]
        return words.joined(separator: "  ")
    }

    /// One alert with all that people did about it.
    static func lines(_ document: AlertDocument, _ palette: Palette) -> [String] {
        let acts = document.acts
        let steps = [
            ("acknowledged", acts.acknowledged), ("dispatched", acts.dispatched), ("handled", acts.handled),
            ("evaluated", acts.evaluated),
        ]
        let head = [
            "alert      \(document.alertId)  revision \(document.revision)",
            "camera     \(document.subject)  \(plain(document.sensor.name))",
            "what       \(document.dedupKey), \(document.condition.rawValue)",
            "since      \(document.openedAt)" + (document.clearedAt.map { "  cleared \($0)" } ?? ""),
            "stands     \(palette(document.workflow.rawValue, meaning(document))) at the \(document.tier.rawValue) desk"
                + (document.overdue ? ", " + palette("overdue", .alarm) : "")
                + (document.disposition.map { ", \($0.rawValue)" } ?? ""),
            "next       \(document.deadlineAt.map(\.description) ?? "nothing")",
        ]
        return head
            + steps.compactMap { word, act in
                guard let act else { return nil }
                let more = [act.to.map { "sent \($0)" }, act.cause, act.note].compactMap { $0 }.map(plain)
                return "\(padded(word, 12)) \(act.at) \(plain(act.by)) (\(act.tier.rawValue))"
                    + (more.isEmpty ? "" : ": " + more.joined(separator: "; "))
            }
    }

    /// Red is late, yellow waits for somebody, green is dealt with.
    private static func meaning(_ document: AlertDocument) -> Palette.Meaning {
        if !document.isOpen { return .quiet }
        if document.overdue { return .alarm }
        return document.acts.handled != nil ? .good : .caution
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// What came over a bus must not be able to move the cursor.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
