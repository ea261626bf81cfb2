import GRDB
import NeuronCore

/// A sequence as numbers.
struct SequenceNumber: Comparable {
    var epoch: Int64
    var number: Int64

    init(epoch: Int64, number: Int64) {
        self.epoch = epoch
        self.number = number
    }

    /// Reads `<epoch>-<number>`.
    init(_ text: String) throws(OutboxError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let epoch = Int64(parts[0]), let number = Int64(parts[1])
        else {
            throw OutboxError(
                .invalidSequence,
                "'\(text.prefix(64))' is no sequence: four digits or more of epoch, a hyphen and 20 digits are, as in "
                    + "0001-00000000000000000042."
            )
        }
        self.init(epoch: epoch, number: number)
    }

    var text: String { AlertStamp(epoch: epoch, number: number, recordedTime: .epoch).sequence }

    static func < (a: SequenceNumber, b: SequenceNumber) -> Bool { (a.epoch, a.number) < (b.epoch, b.number) }
}

/// Finds events of one source by their numbers.
struct SequenceQuery {
    let db: Database
    private let source: Int64
    /// The latest number that was given out.
    private let latest: SequenceNumber

    /// Nil when no such source has ever had an event here.
    init?(_ db: Database, source name: String) throws {
        let found = try Row.fetchOne(
            db,
            sql: "SELECT source, (SELECT epoch FROM outbox), last_number FROM source WHERE name = ?",
            arguments: [name]
        )
        guard let found else { return nil }
        self.db = db
        source = found[0]
        latest = SequenceNumber(epoch: found[1], number: found[2])
    }

    /// One page; holes are reported as far as the page reaches.
    func page(_ range: EventRange, limit: Int) throws -> EventPage {
        guard let (from, to) = try bounds(range), from <= to else { return EventPage() }
        // All holes before the first event that is there are one.
        guard let first = try Self.firstEvent(from: from, source: source, db), first <= to else {
            return EventPage(missing: try holes(from: from, to: to))
        }
        var page = EventPage(missing: first.epoch == from.epoch ? hole(from, before: first.number) : [])
        if first.epoch > from.epoch { page.missing += try holes(from: from, to: first, isEndIncluded: false) }
        let last = min(
            SequenceNumber(epoch: first.epoch, number: first.number + Int64(max(1, limit)) - 1),
            to.epoch == first.epoch ? to : SequenceNumber(epoch: first.epoch, number: .max)
        )
        try fill(&page, from: first, to: last)
        if last < to {
            let next = SequenceNumber(epoch: last.epoch, number: last.number + 1)
            page.next = .sequences(from: next.text, to: to.text)
        }
        return page
    }

    private func fill(_ page: inout EventPage, from first: SequenceNumber, to last: SequenceNumber) throws {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT \(StoredAlertColumns.list), event.number
                FROM route CROSS JOIN event USING (route) CROSS JOIN source USING (source)
                WHERE route.source = ? AND event.epoch = ? AND event.number BETWEEN ? AND ? ORDER BY event.number
                """,
            arguments: [source, first.epoch, first.number, last.number]
        )
        var expected = first
        for row in rows {
            let number: Int64 = row[8]
            page.missing += hole(expected, before: number)
            page.alerts.append(try StoredAlertColumns.alert(row, in: db))
            expected.number = number + 1
        }
        // In an epoch that is over, nobody knows how many numbers were given out behind the last event.
        if first.epoch == latest.epoch { page.missing += hole(expected, before: min(last.number, latest.number) + 1) }
    }

    /// The asked range within what was given out; nil when nothing of it was.
    private func bounds(_ range: EventRange) throws -> (from: SequenceNumber, to: SequenceNumber)? {
        switch range {
        case .sequences(let from, let to):
            var from = try SequenceNumber(from)
            let to = try to.map { text throws(OutboxError) in try SequenceNumber(text) } ?? latest
            from.number = max(1, from.number)
            return (from, min(to, latest))
        case .times(let from, let to):
            let ends = try timeEnds(from, to ?? WallTime(nanoseconds: .max))
            guard let first = ends.first, let last = ends.last else { return nil }
            return (first, last)
        }
    }

    /// The first and the last number within a time; reads all events of the source.
    private func timeEnds(_ from: WallTime, _ to: WallTime) throws -> [SequenceNumber] {
        let sql = """
            SELECT epoch, number FROM route CROSS JOIN event USING (route)
            WHERE route.source = ? AND time_ns BETWEEN ? AND ? ORDER BY
            """
        return try ["epoch, number", "epoch DESC, number DESC"].compactMap { order in
            try Row.fetchOne(
                db,
                sql: "\(sql) \(order) LIMIT 1",
                arguments: [source, from.nanoseconds, to.nanoseconds]
            ).map { SequenceNumber(epoch: $0[0], number: $0[1]) }
        }
    }

    private static func firstEvent(from: SequenceNumber, source: Int64, _ db: Database) throws -> SequenceNumber? {
        // For each route a look into the index, however many events there are.
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT e.epoch, e.number FROM route CROSS JOIN event AS e ON e.row = (
                  SELECT row FROM event WHERE event.route = route.route AND (epoch, number) >= (?1, ?2)
                  ORDER BY epoch, number LIMIT 1)
                WHERE route.source = ?3 ORDER BY e.epoch, e.number LIMIT 1
                """,
            arguments: [from.epoch, from.number, source]
        )
        return row.map { SequenceNumber(epoch: $0[0], number: $0[1]) }
    }

    private func hole(_ from: SequenceNumber, before number: Int64) -> [SequenceRange] {
        guard from.number < number else { return [] }
        let last = SequenceNumber(epoch: from.epoch, number: number - 1)
        return [SequenceRange(first: from.text, last: last.text)]
    }

    /// What is missing where no event is left: known in the current epoch, and in none before.
    private func holes(from: SequenceNumber, to: SequenceNumber, isEndIncluded: Bool = true) throws -> [SequenceRange] {
        guard to.epoch == latest.epoch else { return [] }
        let first = from.epoch == latest.epoch ? from : SequenceNumber(epoch: latest.epoch, number: 1)
        return hole(first, before: isEndIncluded ? to.number + 1 : to.number)
    }
}

extension OutboxReader {
    /// A page of events of one source, the same bytes as ever, for whoever has missed some.
    ///
    /// - Parameters:
    ///   - source: the CloudEvents source; of one that is unknown the page is empty.
    ///   - range: what is asked for, or the `next` of the page before.
    ///   - limit: at most this many events.
    /// - Returns: the page.
    /// - Throws: `OutboxError` with `invalidSequence` where the range can't be read.
    package func events(of source: String, _ range: EventRange, limit: Int = 256) async throws -> EventPage {
        try await read { db in try SequenceQuery(db, source: source)?.page(range, limit: limit) ?? EventPage() }
    }
}

extension Outbox {
    /// A page of events of one source, the same bytes as ever, for whoever has missed some; delays no commit.
    ///
    /// - Parameters:
    ///   - source: the CloudEvents source; of one that is unknown the page is empty.
    ///   - range: what is asked for, or the `next` of the page before.
    ///   - limit: at most this many events.
    /// - Returns: the page.
    /// - Throws: `OutboxError` with `invalidSequence` where the range can't be read.
    package func events(of source: String, _ range: EventRange, limit: Int = 256) async throws -> EventPage {
        try await look { reader in try await reader.events(of: source, range, limit: limit) }
    }
}
