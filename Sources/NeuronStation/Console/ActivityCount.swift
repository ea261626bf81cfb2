import NeuronConsole
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import Synchronization

/// Counts a day out of the outbox: when something moved, when alerts began, and when nobody looked.
struct ActivityCount {
    let day: WallTime
    let box: BoxID
    let cameras: [String]

    private static let hour = TimeSpan.seconds(3600)
    /// How long before the day what lasts into it is looked for by its beginning.
    private static let before: Int64 = 6
    /// Rows of one look.
    private static let stretch: Int64 = 4096

    func run(in outbox: Outbox) async throws -> ActivityDay {
        var count = DayCount(day: day, box: box, cameras: cameras)
        // By the hour: no look may hold the outbox's log for long.
        for hour in -Self.before..<24 {
            let start = day + Self.hour * hour
            let range = ULIDBounds.first(at: start)..<ULIDBounds.first(at: start + Self.hour)
            let part = DayPart()
            try Task.checkCancellation()
            try await outbox.visitEvents(ofAlerts: range, type: "org.neurond.*.*.v1") { part.take($0) }
            for event in part.events { count.note(event) }
        }
        try await noteLongMotion(in: outbox, &count)
        return count.finished
    }

    /// Motion that has lasted since long before the day is found by what it told during the day, between the rows of all else.
    private func noteLongMotion(in outbox: Outbox, _ count: inout DayCount) async throws {
        guard let rows = count.rows else { return }
        let bound = ULIDBounds.first(at: day - Self.hour * Self.before)
        // A little further, as nothing else may have happened at the day's very beginning and end.
        let (first, last) = (rows.lowerBound - Self.stretch, rows.upperBound + Self.stretch)
        for row in stride(from: first, through: last, by: Int(Self.stretch)) {
            let part = DayPart()
            try Task.checkCancellation()
            try await outbox.visitEvents(
                inRows: row..<row + Self.stretch,
                ofAlertsBelow: bound,
                type: "org.neurond.motion.*.v1"
            ) { part.take($0) }
            for event in part.events { count.note(event) }
        }
    }
}

/// The events of an hour, without their bodies where these say nothing for the day.
private final class DayPart: Sendable {
    struct Event: Sendable {
        var row: Int64
        var source: String
        var kind: Substring
        var phase: Substring
        var alertID: String
        var time: WallTime
        var coverage: WatchedTime?
    }

    private let taken = Mutex<[Event]>([])

    var events: [Event] { taken.withLock { $0 } }

    func take(_ alert: StoredAlert) {
        let words = alert.type.split(separator: ".")
        guard words.count == 5 else { return }
        var event = Event(
            row: alert.row,
            source: alert.source,
            kind: words[2],
            phase: words[3],
            alertID: alert.alertID,
            time: alert.time
        )
        if words[3] == "coverage" { event.coverage = WatchedTime(reading: alert.body) }
        taken.withLock { $0.append(event) }
    }
}

/// A day as it is being counted.
private struct DayCount {
    let day: WallTime
    private var cameras: [String: ActivityDay.Camera]
    private let order: [String]
    /// From when to when motion was told of, by alert; each zone has its own.
    private var motion: [String: (source: String, start: WallTime, last: WallTime)] = [:]
    /// Where in the outbox the day's events are.
    private(set) var rows: ClosedRange<Int64>?

    private static let bin = TimeSpan.seconds(Int64(ActivityDay.minutesPerBin) * 60)

    init(day: WallTime, box: BoxID, cameras: [String]) {
        self.day = day
        order = cameras.map { "urn:neurond:\(box):\($0)" }
        self.cameras = Dictionary(zip(order, cameras.map(ActivityDay.Camera.init))) { first, _ in first }
    }

    mutating func note(_ event: DayPart.Event) {
        if (day..<day + Self.bin * Int64(ActivityDay.bins)).contains(event.time) {
            rows = min(event.row, rows?.lowerBound ?? event.row)...max(event.row, rows?.upperBound ?? event.row)
        }
        guard cameras[event.source] != nil else { return }
        if let coverage = event.coverage { return note(coverage, until: event.time, of: event.source) }
        if event.phase == "started" || event.phase == "lost" || event.phase == "sighted", let bin = bin(of: event.time)
        {
            cameras[event.source]?.alerts[bin] += 1
        }
        guard event.kind == "motion" else { return }
        let known = motion[event.alertID]
        // Its beginning may be forgotten, and stands in its name.
        let start = min(known?.start ?? event.time, ULID.time(of: event.alertID) ?? event.time, event.time)
        motion[event.alertID] = (event.source, start, max(known?.last ?? event.time, event.time))
    }

    private mutating func note(_ coverage: WatchedTime, until end: WallTime, of source: String) {
        guard coverage.durationMs > 0 else { return }
        let blind = Double(max(0, coverage.durationMs - coverage.watchedMs)) / Double(coverage.durationMs)
        spread(from: end - .milliseconds(coverage.durationMs), to: end) { bin, seconds, count in
            count.cameras[source]?.blindSeconds[bin] += seconds * blind
            count.cameras[source]?.watchedSeconds[bin] += seconds * (1 - blind)
        }
    }

    private func bin(of time: WallTime) -> Int? {
        let offset = time - day
        guard offset >= .zero else { return nil }
        let bin = Int(offset.nanoseconds / Self.bin.nanoseconds)
        return bin < ActivityDay.bins ? bin : nil
    }

    /// Gives each bin its part of a time.
    private mutating func spread(
        from start: WallTime,
        to end: WallTime,
        _ give: (Int, Double, inout DayCount) -> Void
    ) {
        var start = max(start, day)
        let end = min(end, day + Self.bin * Int64(ActivityDay.bins))
        while start < end, let bin = bin(of: start) {
            let next = min(end, day + Self.bin * Int64(bin + 1))
            give(bin, (next - start).seconds, &self)
            start = next
        }
    }

    /// The day as it is known now.
    var finished: ActivityDay {
        var count = self
        for (source, alerts) in Dictionary(grouping: motion.values, by: \.source) {
            // What moves in two zones at once moves once.
            for (start, last) in Self.joined(alerts.map { ($0.start, $0.last) }) {
                count.spread(from: start, to: last) { bin, seconds, count in
                    count.cameras[source]?.motionSeconds[bin] += seconds
                }
            }
        }
        return ActivityDay(day: day, cameras: order.compactMap { count.cameras[$0] })
    }

    /// The same times without one lying in another.
    private static func joined(_ times: [(WallTime, WallTime)]) -> [(WallTime, WallTime)] {
        times.sorted { $0.0 < $1.0 }.reduce(into: []) { joined, time in
            if let last = joined.last, time.0 <= last.1 {
                joined[joined.count - 1].1 = max(last.1, time.1)
            } else {
                joined.append(time)
            }
        }
    }
}

/// What a record of coverage says, as far as the day wants to know it.
private struct WatchedTime {
    var durationMs: Int64
    var watchedMs: Int64

    /// What a record's line says; nil where it is none.
    init?(reading line: [UInt8]) {
        guard case .object(let event) = try? JSONTree(hostile: line), case .object(let data) = event["data"],
            case .object(let health) = data["health"], case .object(let coverage) = health["coverage"],
            case .integer(let duration) = coverage["durationMs"], case .integer(let watched) = coverage["watchedMs"]
        else { return nil }
        (durationMs, watchedMs) = (duration, watched)
    }
}
