import NeuronCore

/// One box with `ack: receipt`, until every event has its receipt.
struct ReceiptTrial {
    var events: Int
    var receiptWithin: TimeSpan
    var limit: Duration

    /// Commits 500 events a second, and prints what became of them when all have their receipts or the limit is reached.
    func run(address: String, folder: String) async throws {
        let load = FleetLoad(sensors: 40, alertsPerMinute: 10, seconds: 0)
        let box = try await FleetBox(
            number: 0,
            server: address,
            folder: folder,
            load: load,
            receiptWithin: receiptWithin
        )
        try await box.waitForServer()
        let start = ContinuousClock.now
        var beforeLoss = 0
        for first in stride(from: 0, to: events, by: 50) {
            try await box.append(first..<min(first + 50, events))
            try await Task.sleep(for: .milliseconds(100))
            let figures = box.figures
            if figures.connections == 1, box.isConnected { beforeLoss = figures.acknowledgements }
        }
        while box.figures.confirmed < events, .now < start + limit { try await Task.sleep(for: .milliseconds(50)) }
        let figures = box.figures
        try FleetProbe.write(figures.ids.map { $0 + "\n" }.joined(), to: folder + "/committed")
        print(
            """
            {"committed":\(figures.ids.count),"acknowledged_in_first_connection":\(beforeLoss),"acknowledgements":\(figures.acknowledgements),\
            "confirmed":\(figures.confirmed),"seconds":\((ContinuousClock.now - start).seconds),\
            "connections":\(figures.connections)}
            """
        )
        await box.close()
    }
}
