import GRDB
import NeuronCore

/// The statements that report what was shed.
struct ShedLedger {
    let db: Database

    /// The oldest ranges that were not reported.
    func report(limit: Int) throws -> ShedReport {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT name, importance, epoch, first_number, shed_range.last_number, events
                FROM shed_range JOIN source USING (source) ORDER BY shed_range LIMIT ?
                """,
            arguments: [limit + 1]
        )
        let ranges = rows.prefix(limit).map { row in
            ShedReport.Range(
                source: row[0],
                importance: AlertDraft.Importance(rawValue: row[1]) ?? .started,
                firstSequence: Self.sequence(row[2], row[3]),
                lastSequence: Self.sequence(row[2], row[4]),
                events: row[5]
            )
        }
        return ShedReport(ranges: ranges, isComplete: rows.count <= limit)
    }

    /// Strikes reported ranges off.
    ///
    /// One that has grown since keeps what was added to it.
    func strike(_ report: ShedReport) throws {
        for range in report.ranges {
            let (epoch, first) = Self.numbers(range.firstSequence)
            let (_, last) = Self.numbers(range.lastSequence)
            try db.execute(
                sql: """
                    UPDATE shed_range SET events = events - ?6, first_number = max(first_number, ?5 + 1)
                    WHERE source = (SELECT source FROM source WHERE name = ?1) AND epoch = ?2 AND importance = ?3
                      AND first_number = ?4 AND last_number > ?5
                    """,
                arguments: [range.source, epoch, range.importance.rawValue, first, last, range.events]
            )
            try db.execute(
                sql: """
                    DELETE FROM shed_range
                    WHERE source = (SELECT source FROM source WHERE name = ?1) AND epoch = ?2 AND importance = ?3
                      AND first_number = ?4 AND last_number = ?5
                    """,
                arguments: [range.source, epoch, range.importance.rawValue, first, last]
            )
        }
    }

    private static func sequence(_ epoch: Int64, _ number: Int64) -> String {
        AlertStamp(epoch: epoch, number: number, recordedTime: .epoch).sequence
    }

    private static func numbers(_ sequence: String) -> (epoch: Int64, number: Int64) {
        let parts = sequence.split(separator: "-").map { Int64($0) ?? 0 }
        return parts.count == 2 ? (parts[0], parts[1]) : (0, 0)
    }
}
