import Glibc
import NeuronCore
import NeuronOutbox

/// A broker that is nothing but a log of what arrived, and a platform behind it that sends receipts a little later.
struct ProbeBus {
    let path: String
    private let pace = DeliveryPace(batchSize: 20, keepsOrder: false)

    init(path: String) { self.path = path }

    func deliver(from outbox: Outbox) async throws {
        let log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard log >= 0 else { exit(74) }
        var freshAfter: Int64?
        var unconfirmed: [String] = []
        for await _ in outbox.deliverySignals() {
            while case let batch = try await outbox.next(for: "bus", pace: pace, freshAfter: freshAfter),
                !batch.alerts.isEmpty
            {
                // A kill between two of these writes leaves a part of the window at the broker.
                for alert in batch.alerts { arrive(alert, in: log) }
                // Every other event waits for its receipt.
                let rows = batch.alerts.map(\.row)
                let report = DeliveryReport(
                    delivered: rows.filter { $0.isMultiple(of: 2) },
                    awaitingReceipt: rows.filter { !$0.isMultiple(of: 2) }
                )
                try await outbox.record(report, of: batch, for: "bus", pace: pace)
                freshAfter = batch.freshAfter
                try await outbox.confirm(eventIDs: unconfirmed, for: "bus")
                unconfirmed = batch.alerts.filter { !$0.row.isMultiple(of: 2) }.map(\.id)
            }
        }
    }

    private func arrive(_ alert: StoredAlert, in log: Int32) {
        let line = alert.body + [UInt8(ascii: "\n")]
        guard line.withUnsafeBytes({ write(log, $0.baseAddress, $0.count) }) == line.count else { exit(74) }
    }
}
