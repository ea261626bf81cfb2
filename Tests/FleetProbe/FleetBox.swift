import NeuronBus
import NeuronCore
import NeuronOutbox
import Synchronization

/// One box of the fleet: a generator in the place of cameras, an outbox, a link, and what carries events between them.
final class FleetBox: Sendable {
    private let name: String
    private let number: Int
    private let load: FleetLoad
    private let outbox: Outbox
    private let link: NATSLink
    private let carrier = Mutex<Task<Void, Never>?>(nil)
    private let record: FleetRecord

    /// Opens a box, and lets it connect unless ``open()`` is to do that.
    init(number: Int, server: String, folder: String, load: FleetLoad, opens: Bool = true) async throws {
        let name = "box-\(number)"
        let outbox = try Outbox(
            OutboxSettings(path: "\(folder)/\(name).db", capacityBytes: 64 << 20, sinks: ["nats"], ballastBytes: 0),
            clock: SystemClock()
        )
        var settings = NATSSettings(client: name, servers: [server])
        // One of them makes the streams; a real fleet's are there.
        settings.managesStreams = number == 0
        settings.maxBytes = 4 << 30
        let link = NATSLink(settings)
        (self.name, self.number, self.load, record) = (name, number, load, FleetRecord())
        (self.outbox, self.link) = (outbox, link)
        if opens { try await open() }
    }

    /// Connects, and carries from now on what is committed.
    func open() async throws {
        try await link.open()
        let (outbox, link, record) = (outbox, link, record)
        carrier.withLock { $0 = Task { await Self.carry(from: outbox, to: link, record) } }
    }

    /// Commits alerts in one go.
    func append(_ counts: Range<Int>) async throws {
        let before = ContinuousClock.now
        let receipts = try await outbox.append(counts.map { draft($0) })
        let after = ContinuousClock.now
        record.committed(receipts.map { ($0.row, $0.id) }, at: after, append: after - before, late: .zero)
    }

    /// Returns when the box is connected.
    func waitForServer() async throws {
        for await _ in link.changes where link.condition.isConnected { return }
    }

    /// Commits alerts at even distances, the boxes shifted against each other.
    func generate(from start: ContinuousClock.Instant) async throws {
        let shift = Double(number * 7919 % 1000) / 1000
        for count in 0..<load.alerts {
            let due = start + .seconds((Double(count) + shift) / load.perSecond)
            try await Task.sleep(until: due, clock: .continuous)
            let before = ContinuousClock.now
            let receipts = try await outbox.append([draft(count)])
            let after = ContinuousClock.now
            record.committed(receipts.map { ($0.row, $0.id) }, at: after, append: after - before, late: before - due)
        }
    }

    var isDrained: Bool { record.isDrained }

    var figures: FleetRecord.Figures {
        var figures = record.figures
        figures.connections = link.condition.connections
        return figures
    }

    func close() async {
        carrier.withLock { $0?.cancel() }
        await link.close()
        await outbox.close()
    }

    /// What the daemon's driver does, without its courtesy towards the log.
    private static func carry(from outbox: Outbox, to link: NATSLink, _ record: FleetRecord) async {
        for await _ in outbox.deliverySignals() {
            while !Task.isCancelled {
                do {
                    let batch = try await outbox.next(for: "nats", pace: link.pace)
                    if batch.alerts.isEmpty { break }
                    let report = try await link.deliver(batch.alerts)
                    record.acknowledged(report.delivered, at: .now)
                    try await outbox.record(report, of: batch, for: "nats", pace: link.pace)
                } catch {
                    guard (try? await Task.sleep(for: .milliseconds(250))) != nil else { return }
                }
            }
        }
    }

    private func draft(_ count: Int) -> AlertDraft {
        // As long as a ULID: of fixed width, so that no two are equal.
        let id = "01K3A7Q0W3S6" + "\(1_000_000 + number)" + "\(1_000_000 + count)"
        let sensor = "cam\(count % load.sensors)"
        let source = "urn:neurond:\(name):\(sensor)"
        let subject = "d310104/s\(number / 100)/c\(number / 10 % 10)/g\(number % 10)/\(name)-\(sensor)"
        return AlertDraft(
            id: id,
            alertID: id,
            source: source,
            type: "org.neurond.motion.started.v1",
            subject: subject,
            time: SystemClock().wallNow(),
            phase: .single,
            importance: .started,
            encode: { stamp in Self.event(id, source, subject, stamp.sequence) }
        )
    }

    /// About as long as an alert of motion.
    private static func event(_ id: String, _ source: String, _ subject: String, _ sequence: String) -> [UInt8] {
        let head =
            #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"org.neurond.motion.started.v1","#
            + #""subject":"\#(subject)","sequence":"\#(sequence)","data":{"filler":""#
        return Array((head + String(repeating: "x", count: max(0, 1200 - head.utf8.count)) + #""}}"#).utf8)
    }
}

/// When each event of a box was committed and acknowledged.
final class FleetRecord: Sendable {
    private struct State {
        var figures = Figures()
        var commits: [Int64: ContinuousClock.Instant] = [:]
        /// The acknowledgement may be there before the commit's caller goes on.
        var early: [Int64: ContinuousClock.Instant] = [:]
    }

    /// All that was measured at a box.
    struct Figures: Sendable {
        var ids: [String] = []
        var append: [Duration] = []
        var late: [Duration] = []
        var commitToAck: [Duration] = []
        var connections = 0
    }

    private let state = Mutex(State())

    var figures: Figures { state.withLock { $0.figures } }
    var isDrained: Bool { state.withLock { $0.commits.isEmpty } }

    func committed(
        _ events: [(row: Int64, id: String)],
        at time: ContinuousClock.Instant,
        append: Duration,
        late: Duration
    ) {
        state.withLock { state in
            state.figures.append.append(append)
            state.figures.late.append(late)
            for event in events {
                state.figures.ids.append(event.id)
                if state.early.removeValue(forKey: event.row) != nil {
                    state.figures.commitToAck.append(.zero)
                } else {
                    state.commits[event.row] = time
                }
            }
        }
    }

    func acknowledged(_ rows: [Int64], at time: ContinuousClock.Instant) {
        state.withLock { state in
            for row in rows {
                if let commit = state.commits.removeValue(forKey: row) {
                    state.figures.commitToAck.append(time - commit)
                } else {
                    state.early[row] = time
                }
            }
        }
    }
}
