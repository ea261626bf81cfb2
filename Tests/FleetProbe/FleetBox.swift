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
    private let link: any BusLink
    private let carrier = Mutex<Task<Void, Never>?>(nil)
    private let record: FleetRecord
    private let terms: DeliveryTerms

    /// Opens a box, and lets it connect unless ``open()`` is to do that.
    init(
        number: Int,
        server: String,
        folder: String,
        load: FleetLoad,
        opens: Bool = true,
        capacity: Int64 = 64 << 20,
        receiptWithin: TimeSpan? = nil
    ) async throws {
        let name = "box-\(number)"
        link = try Self.link(to: server, name, isFirst: number == 0, waitsForReceipts: receiptWithin != nil)
        outbox = try Outbox(
            OutboxSettings(
                path: "\(folder)/\(name).db",
                capacityBytes: capacity,
                sinks: [link.name],
                ballastBytes: 0
            ),
            clock: SystemClock()
        )
        (self.name, self.number, self.load, record) = (name, number, load, FleetRecord())
        terms = receiptWithin.map { DeliveryTerms(receiptWithin: $0) } ?? DeliveryTerms()
        if opens { try await open() }
    }

    /// To `mqtt://127.0.0.1:PORT` by MQTT, to anything else by NATS.
    private static func link(to server: String, _ name: String, isFirst: Bool, waitsForReceipts: Bool) throws
        -> any BusLink
    {
        let scheme = "mqtt://127.0.0.1:"
        if server.hasPrefix(scheme), let port = Int(server.dropFirst(scheme.count)) {
            var settings = MQTTSettings(host: "127.0.0.1", port: port, clientID: name)
            if waitsForReceipts {
                settings.acknowledgement = .receipt
                settings.subscriptions = ["nd/v1/d310104/+/+/+/+/fb/+"]
            }
            return try MQTTLink(settings, clock: SystemClock())
        }
        var settings = NATSSettings(client: name, servers: [server])
        // One of them makes the streams; a real fleet's are there.
        settings.managesStreams = isFirst
        settings.maxBytes = 4 << 30
        return NATSLink(settings)
    }

    /// Connects, and carries from now on what is committed.
    func open() async throws {
        try await link.open()
        let work = FleetCarrier(from: outbox, to: link, record, terms: terms)
        carrier.withLock { $0 = Task { await work.run() } }
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
        while !isConnected { try await Task.sleep(for: .milliseconds(5)) }
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

    var isConnected: Bool { link.condition.isConnected }
    var isDrained: Bool { record.waiting == 0 }
    /// Events that the broker has not acknowledged yet.
    var waiting: Int { record.waiting }

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
            + #""subject":"\#(subject)","sequence":"\#(sequence)","correlationid":"\#(id)","data":{"filler":""#
        return Array((head + String(repeating: "x", count: max(0, 1200 - head.utf8.count)) + #""}}"#).utf8)
    }
}
