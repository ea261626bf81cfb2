import Glibc
import NeuronBus
import NeuronCore
import NeuronOutbox
import Synchronization

/// Many boxes in one process: each has an outbox and a NATS connection of its own, as the daemon has, and no camera.
///
/// `fleet-probe SERVER FOLDER BOXES SENSORS ALERTS SECONDS`: SENSORS on each box, ALERTS a minute from each sensor, one event
/// each. `fleet-probe drain SERVER FOLDER EVENTS`: one box, all of whose events wait for it to connect.
/// `fleet-probe outage ADDRESS FOLDER RATE LIMIT`: one box, RATE events a second, until a broker's outage is over and its
/// backlog delivered, for LIMIT seconds at most; ADDRESS may be `mqtt://127.0.0.1:PORT`.
/// `fleet-probe receipts ADDRESS FOLDER EVENTS WITHIN LIMIT`: one box whose events wait for a receipt each, sent again after
/// WITHIN seconds, then twice that and so on. Writes FOLDER/committed, an event's id per line, and prints one line of JSON when all is delivered or 30 s have passed.
@main
enum FleetProbe {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        if words.count == 4, words.first == "drain", let events = Int(words[4]) {
            return try await BacklogDrain.run(server: words[2], folder: words[3], events: events)
        }
        if words.count == 5, words.first == "outage", let rate = Int(words[4]), let limit = Int(words[5]) {
            return try await BrokerOutage.run(address: words[2], folder: words[3], rate: rate, limit: limit)
        }
        if words.count == 6, words.first == "receipts", let events = Int(words[4]), let within = Int(words[5]),
            let limit = Int(words[6])
        {
            let trial = ReceiptTrial(events: events, receiptWithin: .seconds(Int64(within)), limit: .seconds(limit))
            return try await trial.run(address: words[2], folder: words[3])
        }
        let numbers = words.dropFirst(2).compactMap { Int($0) }
        guard words.count == 6, numbers.count == 4, let server = words.first, let folder = words.dropFirst().first
        else {
            exit(64)
        }
        let load = FleetLoad(sensors: numbers[1], alertsPerMinute: numbers[2], seconds: numbers[3])
        var boxes: [FleetBox] = []
        for number in 0..<numbers[0] {
            boxes.append(try await FleetBox(number: number, server: server, folder: folder, load: load))
        }
        for box in boxes { try await box.waitForServer() }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for box in boxes {
                group.addTask { try await box.generate(from: start) }
            }
            try await group.waitForAll()
        }
        let generated = ContinuousClock.now
        var isDrained = false
        while !isDrained, ContinuousClock.now < generated + .seconds(30) {
            try await Task.sleep(for: .milliseconds(20))
            isDrained = boxes.allSatisfy(\.isDrained)
        }
        let end = ContinuousClock.now
        try report(boxes, folder: folder, FleetTimes(generating: generated - start, all: end - start))
        for box in boxes { await box.close() }
    }

    private static func report(_ boxes: [FleetBox], folder: String, _ times: FleetTimes) throws {
        let figures = boxes.map(\.figures)
        let committed = figures.flatMap(\.ids)
        try write(committed.map { $0 + "\n" }.joined(), to: folder + "/committed")
        let delivered = figures.map { $0.commitToAck.count }.reduce(0, +)
        print(
            """
            {"boxes":\(boxes.count),"committed":\(committed.count),"delivered":\(delivered),\
            "alerts_per_second":\(Int(Double(committed.count) / times.generating.seconds)),\
            "seconds_from_first_to_last_ack":\(times.all.milliseconds / 1000),\
            "append_ms":\(Quantiles(figures.flatMap(\.append))),\
            "commit_to_ack_ms":\(Quantiles(figures.flatMap(\.commitToAck))),\
            "connections":\(figures.map(\.connections).reduce(0, +)),"late_ms":\(Quantiles(figures.flatMap(\.late)))}
            """
        )
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw SystemError("write \(path)") }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw SystemError("write \(path)") }
    }
}

/// What each box has to carry.
struct FleetLoad: Sendable {
    var sensors: Int
    var alertsPerMinute: Int
    var seconds: Int

    var perSecond: Double { Double(sensors * alertsPerMinute) / 60 }
    var alerts: Int { Int(perSecond * Double(seconds)) }
}

/// How long it took.
struct FleetTimes {
    var generating: Duration
    var all: Duration
}

extension Duration {
    var seconds: Double { milliseconds / 1000 }
    var milliseconds: Double { Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15 }
}

/// The middle, the ninety-ninth of a hundred and the worst, in milliseconds, as JSON.
struct Quantiles: CustomStringConvertible {
    let description: String

    init(_ times: [Duration]) {
        let sorted = times.sorted()
        func quantile(_ share: Double) -> Double {
            guard let last = sorted.indices.last else { return 0 }
            return (sorted[Int(Double(last) * share)].milliseconds * 100).rounded() / 100
        }
        description = #"{"p50":\#(quantile(0.5)),"p99":\#(quantile(0.99)),"max":\#(quantile(1))}"#
    }
}
