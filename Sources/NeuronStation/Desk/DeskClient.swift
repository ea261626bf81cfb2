package import Logging
import NeuronCore
package import NeuronIncidents
import NeuronOutbox

/// The desk for somebody at the box: it reads beside the daemon, and writes through it, or itself where no daemon runs.
package struct DeskClient: Sendable {
    private let state: String
    private let reader: OutboxReader
    private let logger: Logger

    /// Opens the outbox of a state folder for reading.
    ///
    /// - Throws: `StationError` where there is none.
    package init(state: String, logger: Logger) throws {
        self.state = state
        self.logger = logger
        do {
            reader = try OutboxReader(path: state + "/outbox.db")
        } catch {
            throw error.code == .missing
                ? StationError.noInput(error.description) : StationError.inputOutput(error.description)
        }
    }

    /// Alert documents, the oldest first, with or without those that are closed.
    package func documents(onlyOpen: Bool) async throws -> [AlertDocument] {
        var (found, last): ([AlertDocument], String) = ([], "")
        while true {
            let page = try await reader.documents(after: last, onlyOpen: onlyOpen)
            guard let end = page.last else { return found }
            found += page.compactMap { try? AlertDocument(decoding: $0.state) }
            last = end.alertID
        }
    }

    /// The alert whose id begins or ends with a text.
    ///
    /// - Throws: `StationError` where none or more than one does.
    package func alert(_ text: String) async throws -> AlertDocument {
        let text = text.uppercased()
        let found = try await documents(onlyOpen: false).filter {
            !text.isEmpty && ($0.alertId.hasPrefix(text) || $0.alertId.hasSuffix(text))
        }
        guard let alert = found.first else {
            throw StationError.noInput(
                "No alert in \(state) has an id that begins or ends with '\(text)'; `neurond alerts list --all` shows all."
            )
        }
        guard found.count == 1 else {
            let some = found.prefix(3).map(\.alertId).joined(separator: ", ")
            throw StationError.usage(
                "\(found.count) alerts are called '\(text)': give more of the id, such as of \(some)."
            )
        }
        return alert
    }

    /// The events of an alert that are still kept, as they were committed.
    package func events(of alert: AlertDocument) async throws -> [[UInt8]] {
        try await reader.events(ofAlert: alert.alertId, limit: 1000).map(\.body)
    }

    /// Says something about an alert.
    ///
    /// - Returns: the desk's answer.
    /// - Throws: `StationError` where nobody can take it now.
    package func say(_ feedback: Feedback) async throws -> ResultEvent {
        let line = feedback.encoded
        let path = state + "/" + ControlSocket.name
        let answer: [UInt8]?
        do {
            answer = try await onOwnThread(named: "control") { () throws(SystemError) in
                try ControlClient.ask(path, line)
            }
        } catch {
            throw StationError.unavailable("The daemon of \(state) can't be asked: \(error)")
        }
        if let answer { return try ResultEvent(decoding: answer) }
        return try await sayAlone(line)
    }

    /// No daemon listens: the same desk, on the outbox itself, whose lock says whether that is so.
    private func sayAlone(_ line: [UInt8]) async throws -> ResultEvent {
        let outbox: Outbox
        do {
            // Neither fewer sinks nor less room than the daemon gives it: both would cost alerts.
            let settings = OutboxSettings(
                path: state + "/outbox.db",
                capacityBytes: 1 << 42,
                sinks: try await reader.sinkNames(),
                ballastBytes: 0
            )
            outbox = try Outbox(settings, clock: SystemClock())
        } catch let error as OutboxError where error.code == .locked {
            throw StationError.unavailable(
                "A neurond has \(state), but does not listen at \(ControlSocket.name): \(error)"
            )
        } catch {
            throw StationError.inputOutput("\(error)")
        }
        let desk = AlertDesk(
            outbox: outbox,
            site: DeskSite(box: .unnamed, site: SitePath(), cameras: []),
            policy: .standard,
            clock: SystemClock(),
            logger: logger,
            confirm: { _, _ in }
        )
        try await desk.open()
        let outcome = await desk.judge(line, at: nil, over: "control")
        await outbox.close()
        guard let answer = outcome.answer else { throw StationError.inputOutput("The desk gave no answer.") }
        return try ResultEvent(decoding: answer)
    }
}
