import Glibc
import NeuronBus
import NeuronCore

/// One box at an even rate whose broker goes away and comes back; what the broker does is somebody else's to say.
struct BrokerOutage {
    let box: FleetBox
    let limit: ContinuousClock.Instant
    /// How long events are still made once the backlog is delivered: what the daemon is like again after an outage.
    private static let aftermath = Duration.seconds(10)

    /// Makes events until the backlog of an outage is delivered and a while more, or the limit is reached; prints the figures.
    static func run(address: String, folder: String, rate: Int, limit: Int) async throws {
        let load = FleetLoad(sensors: rate, alertsPerMinute: 60, seconds: limit)
        let box = try await FleetBox(number: 0, server: address, folder: folder, load: load, capacity: 1 << 30)
        try await box.waitForServer()
        let outage = BrokerOutage(box: box, limit: .now + .seconds(limit))
        let generator = Task { try await box.generate(from: .now) }
        let turns = try await outage.watch()
        generator.cancel()
        _ = await generator.result
        let end = min(outage.limit, .now + .seconds(60))
        while !box.isDrained, .now < end { try await Task.sleep(for: .milliseconds(20)) }
        try outage.report(folder, turns)
        await box.close()
    }

    /// When the connection was lost, and when it was there again.
    struct Turns {
        var lost = ContinuousClock.now
        var found = ContinuousClock.now
        var foundAtUnixTime = 0.0
    }

    private func watch() async throws -> Turns {
        var turns = Turns()
        try await wait { !box.isConnected }
        turns.lost = .now
        try await wait { box.isConnected }
        turns.found = .now
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        turns.foundAtUnixTime = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
        // Only what the broker has taken since then shows that the drain has begun.
        let found = turns.found
        try await wait { box.figures.deliveries.last.map { $0.acknowledged >= found } ?? false }
        // Less than two seconds' worth is no backlog.
        try await wait { box.waiting < 100 }
        try await Task.sleep(for: Self.aftermath)
        return turns
    }

    private func wait(for condition: () -> Bool) async throws {
        while !condition(), .now < limit { try await Task.sleep(for: .milliseconds(5)) }
    }

    private func report(_ folder: String, _ turns: Turns) throws {
        let figures = box.figures
        try FleetProbe.write(figures.ids.map { $0 + "\n" }.joined(), to: folder + "/committed")
        let (lost, found) = (turns.lost, turns.found)
        let calm = figures.deliveries.filter { $0.acknowledged < lost }
        let backlog = figures.deliveries.filter { $0.committed < found && $0.acknowledged >= found }
        let end = backlog.map(\.acknowledged).max() ?? found
        let during = figures.deliveries.filter { $0.committed >= found && $0.committed <= end }
        let seconds = max(0.001, (end - found).seconds)
        print(
            """
            {"committed":\(figures.ids.count),"delivered":\(figures.deliveries.count),"backlog":\(backlog.count),\
            "outage_seconds":\((found - lost).seconds),"connected_at":\(turns.foundAtUnixTime),\
            "drain_seconds":\(seconds),"drain_per_second":\(Int(Double(backlog.count) / seconds)),\
            "alerts_during_drain":\(during.count),"calm_ms":\(Quantiles(calm.map(\.time))),\
            "during_drain_ms":\(Quantiles(during.map(\.time))),"append_ms":\(Quantiles(figures.append)),\
            "late_ms":\(Quantiles(figures.late)),"connections":\(figures.connections)}
            """
        )
    }
}
