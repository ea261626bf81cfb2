import Glibc
import NeuronBus
import NeuronCore
import NeuronOutbox

/// Appends numbered events and delivers them to a file and to a bus for as long as it is left alive; it is made to be killed.
///
/// Arguments: the folder for outbox and file, and the run's number. After each commit it writes `<id> <sequence>` of each
/// event to standard output: what stands there must never be lost.
@main
enum CrashProbe {
    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 5, arguments[1] == "measure", let events = Int(arguments[3]),
            let group = Int(arguments[4])
        {
            return try await OutboxMeasurement.run(folder: arguments[2], events: events, group: max(1, group))
        }
        guard arguments.count == 3, let run = Int(arguments[2]) else { exit(64) }
        let settings = OutboxSettings(path: arguments[1] + "/outbox.db", sinks: ["file", "bus"])
        let outbox = try Outbox(settings, clock: SystemClock())
        let sink = JSONLinesFile(
            name: "file",
            path: arguments[1] + "/alerts.jsonl",
            rotateBytes: 64 << 10,
            keepFiles: 1000
        )
        for alert in try await outbox.openAlerts().map(\.alertID) {
            try await append([event("\(alert)-interrupted", .closes, alert)], to: outbox)
        }
        try await withThrowingTaskGroup { group in
            group.addTask { try await deliver(from: outbox, to: sink) }
            group.addTask { try await ProbeBus(path: arguments[1] + "/bus.log").deliver(from: outbox) }
            for camera in 0..<4 {
                group.addTask { try await appendForEver(run: run, camera: camera, to: outbox) }
            }
            try await group.waitForAll()
        }
    }
}

private func appendForEver(run: Int, camera: Int, to outbox: Outbox) async throws {
    for number in 0..<Int.max {
        let alert = "r\(run)-c\(camera)-\(number)"
        // One commit for the alert's beginning, one for the rest: a kill in between leaves it open.
        try await append([event(alert + "-started", .opens, alert)], to: outbox)
        try await append(
            [event(alert + "-updated", .continues, alert), event(alert + "-ended", .closes, alert)],
            to: outbox
        )
    }
}

private func append(_ drafts: [AlertDraft], to outbox: Outbox) async throws {
    let receipts = try await outbox.append(drafts)
    let lines = receipts.map { "\($0.id) \($0.sequence)\n" }.joined()
    // One write of less than PIPE_BUF bytes: the reader sees all of it or nothing.
    let bytes = Array(lines.utf8)
    guard bytes.withUnsafeBytes({ write(STDOUT_FILENO, $0.baseAddress, $0.count) }) == bytes.count else { exit(74) }
}

private func deliver(from outbox: Outbox, to sink: JSONLinesFile) async throws {
    for await _ in outbox.deliverySignals() {
        while case let batch = try await outbox.next(for: "file", pace: sink.pace), !batch.alerts.isEmpty {
            let report = try await sink.deliver(batch.alerts)
            try await outbox.record(report, of: batch, for: "file", pace: sink.pace)
        }
    }
}

private func event(_ id: String, _ phase: AlertDraft.Phase, _ alert: String) -> AlertDraft {
    // An alert of camera 2 is named r<run>-c2-<number>.
    let source = "urn:neurond:probe:" + alert.split(separator: "-")[1]
    return AlertDraft(
        id: id,
        alertID: alert,
        source: source,
        type: "org.neurond.motion.\(phase).v1",
        subject: "_/_/_/_/probe",
        time: SystemClock().wallNow(),
        phase: phase,
        importance: phase == .opens ? .started : phase == .closes ? .ended : .updated,
        encode: { stamp in
            let filler = String(repeating: "x", count: 500)
            let fields = [("id", id), ("source", source), ("sequence", stamp.sequence), ("filler", filler)]
            return Array(("{" + fields.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",") + "}").utf8)
        }
    )
}
