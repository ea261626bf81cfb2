import Glibc
import NeuronBus
import NeuronCore

/// Sends numbered events to a broker, for measurements and trials; for people, not for a gate.
///
/// - `mqtt-probe measure PORT COUNT`: how fast windows go, and how long one event takes from hand-over to acknowledgement.
/// - `mqtt-probe send PORT COUNT`: sends on until COUNT events are acknowledged, also over an outage; prints how many of the
///   acknowledged ones there were in each connection.
@main
struct MQTTProbe {
    let link: MQTTLink
    let clock = SystemClock()

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let port = Int(arguments[2]), let count = Int(arguments[3]), count > 0 else {
            print("usage: mqtt-probe measure|send PORT COUNT")
            exit(64)
        }
        let link = try MQTTLink(
            MQTTSettings(host: "127.0.0.1", port: port, clientID: "mqtt-probe"),
            clock: SystemClock()
        )
        try await link.open()
        let probe = MQTTProbe(link: link)
        await probe.connection()
        if arguments[1] == "measure" { try await probe.measure(count) } else { await probe.send(count) }
        await link.close()
    }

    private func connection() async {
        for await _ in link.changes where link.condition.isConnected { return }
    }

    private func measure(_ count: Int) async throws {
        let start = clock.monotonicNow()
        for first in stride(from: 1, through: count, by: link.pace.batchSize) {
            let batch = (first..<min(count + 1, first + link.pace.batchSize)).map(event)
            let report = try await link.deliver(batch)
            guard report.delivered.count == batch.count else { throw Incomplete(reason: report.failure ?? "") }
        }
        let rate = Double(count) / (clock.monotonicNow() - start).seconds
        var times: [Double] = []
        for number in 1...2000 {
            let before = clock.monotonicNow()
            try await link.deliver([event(number)])
            times.append((clock.monotonicNow() - before).seconds * 1000)
        }
        times.sort()
        print(
            "windows of \(link.pace.batchSize): \(Int(rate)) events/s of 600 bytes;",
            "one at a time, hand-over to acknowledgement: p50 \(rounded(times[1000])) ms, p99 \(rounded(times[1980])) ms"
        )
    }

    private func send(_ count: Int) async {
        var acknowledged: [Int: Int] = [:]
        var next = 1
        while next <= count {
            let batch = (next..<min(count + 1, next + link.pace.batchSize)).map(event)
            guard let report = try? await link.deliver(batch), report.delivered.count == batch.count else {
                if !link.condition.isConnected { await connection() }
                continue
            }
            acknowledged[link.condition.connections, default: 0] += batch.count
            next += batch.count
        }
        for (connection, events) in acknowledged.sorted(by: { $0.key < $1.key }) {
            print("connection \(connection): \(events) events acknowledged")
        }
    }

    private func event(_ number: Int) -> StoredAlert {
        let start = #"{"id":"\#(number)","pad":""#
        return StoredAlert(
            row: Int64(number),
            id: "\(number)",
            alertID: "\(number)",
            source: "urn:neurond:box-0007:cam0042",
            type: "org.neurond.motion.started.v1",
            subject: "d310104/s005/c012/g031/cam0042",
            time: clock.wallNow(),
            body: Array(start.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 598 - start.utf8.count)
                + Array("\"}".utf8)
        )
    }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    private struct Incomplete: Error {
        var reason: String
    }
}
