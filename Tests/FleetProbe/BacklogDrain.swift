import NeuronBus
import NeuronCore
import NeuronOutbox

/// What one box does after an outage: everything in its outbox goes into JetStream, as fast as it can.
enum BacklogDrain {
    /// From when on what was not delivered is counted as it is.
    private static let limit = Duration.seconds(150)

    /// Fills an outbox, connects, and prints how fast it empties.
    static func run(server: String, folder: String, events: Int) async throws {
        let load = FleetLoad(sensors: 40, alertsPerMinute: 10, seconds: 0)
        let box = try await FleetBox(number: 0, server: server, folder: folder, load: load, opens: false)
        for first in stride(from: 0, to: events, by: 256) {
            try await box.append(first..<min(first + 256, events))
        }
        let start = ContinuousClock.now
        try await box.open()
        while !box.isDrained, .now < start + limit { try await Task.sleep(for: .milliseconds(2)) }
        let time = ContinuousClock.now - start
        try FleetProbe.write(box.figures.ids.map { $0 + "\n" }.joined(), to: folder + "/committed")
        print(
            #"{"boxes":1,"committed":\#(events),"delivered":\#(box.figures.commitToAck.count),"#
                + #""events_per_second":\#(Int(Double(events) / time.seconds)),"seconds":\#(time.seconds)}"#
        )
        await box.close()
    }
}
