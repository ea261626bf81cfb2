import NeuronBus
import NeuronCore

/// Delivers a backlog as the daemon does: what a report does not name is delivered again.
actor BacklogDriver {
    private var backlog: [StoredAlert]
    private let total: Int
    private let link: any AlertSink

    init(_ alerts: [StoredAlert], _ link: any AlertSink) {
        backlog = alerts
        total = alerts.count
        self.link = link
    }

    var remaining: Int { backlog.count }

    /// Goes on until so many are safe; the test's time limit bounds it.
    func deliver(until count: Int) async throws {
        while total - backlog.count < count {
            do {
                _ = try await deliverOne()
            } catch {
                // No connection at this moment.
                await Task.yield()
            }
        }
    }

    /// Delivers one batch.
    func deliverOne() async throws -> DeliveryReport {
        let report = try await link.deliver(Array(backlog.prefix(link.pace.batchSize)))
        let done = Set(report.delivered + report.awaitingReceipt + report.refused.map(\.row))
        backlog.removeAll { done.contains($0.row) }
        return report
    }
}

extension BusLink {
    /// Opens a link and waits until it is connected.
    func openAndWait() async throws {
        try await open()
        for await _ in changes where condition.isConnected { return }
    }
}

/// An event with everything that a bus needs.
func busAlert(_ number: Int, type: String = "org.neurond.motion.started.v1", bytes: Int = 600) -> StoredAlert {
    let digits = String(number)
    let id = "01K3A7Q0W3S6ZB4C8N2M5R9TFE".dropLast(digits.count) + digits
    let head = #"{"specversion":"1.0","id":"\#(id)","note":"Straße","pad":""#
    let body = head + String(repeating: "x", count: max(0, bytes - head.utf8.count - 2)) + #""}"#
    return StoredAlert(
        row: Int64(number),
        id: String(id),
        alertID: String(id),
        source: "urn:neurond:box-0007:cam1",
        type: type,
        subject: "d1/s1/c1/g1/cam1",
        time: .epoch,
        body: Array(body.utf8)
    )
}
