import GRDB
import NeuronCore

/// The counting behind ``OutboxStatistics``.
struct StatisticsQuery {
    let db: Database
    /// Steady time.
    let now: WallTime

    func run(capacity: Int64, paths: OutboxPaths, ballast: Ballast) throws -> OutboxStatistics {
        let pages = try integer("PRAGMA page_count") - integer("PRAGMA freelist_count")
        return OutboxStatistics(
            epoch: try integer("SELECT epoch FROM outbox"),
            events: try integer("SELECT count(*) FROM event"),
            openAlerts: try integer("SELECT count(*) FROM open_alert"),
            sinks: try sinks(),
            bytesInUse: pages * PageLimits.pageBytes,
            bytesOnDisk: paths.bytesOnDisk(),
            capacityBytes: capacity,
            shed: try shed(),
            isBallastInPlace: ballast.isInPlace
        )
    }

    private func integer(_ sql: String) throws -> Int64 { try Int64.fetchOne(db.cachedStatement(sql: sql)) ?? 0 }

    private func sinks() throws -> [OutboxStatistics.Sink] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT name,
                  (SELECT count(*) FROM delivery WHERE delivery.sink = sink.sink)
                  + (SELECT count(*) FROM held WHERE held.sink = sink.sink AND is_sent = 0),
                  (SELECT recorded_ns FROM event WHERE row = (SELECT min(row) FROM (
                    SELECT min(row) AS row FROM delivery WHERE delivery.sink = sink.sink
                    UNION ALL SELECT min(row) FROM held WHERE held.sink = sink.sink))),
                  (SELECT count(*) FROM held WHERE held.sink = sink.sink AND is_sent = 1),
                  (SELECT count(*) FROM parked WHERE parked.sink = sink.sink), expired
                FROM sink ORDER BY name
                """
        )
        return rows.map { row in
            let oldest: Int64? = row[2]
            let age = oldest.map { max(.zero, now - WallTime(nanoseconds: $0)) }
            return OutboxStatistics.Sink(
                name: row[0],
                pending: row[1],
                awaitingReceipt: row[3],
                oldestAge: age,
                parked: row[4],
                expired: row[5]
            )
        }
    }

    private func shed() throws -> [AlertDraft.Importance: Int64] {
        let rows = try Row.fetchAll(db, sql: "SELECT importance, events FROM shed_total")
        return Dictionary(
            rows.map { (AlertDraft.Importance(rawValue: $0[0]) ?? .started, $0[1]) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

/// How an ``OpenAlert`` is read.
enum OpenAlertColumns {
    static func fetchAll(_ db: Database) throws -> [OpenAlert] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT alert, id, name, type, subject, opened_ns, last_ns, body, latest
                FROM open_alert JOIN route USING (route) JOIN source USING (source) ORDER BY opened_ns, alert
                """
        )
        return rows.map { row in
            let body: Blob = row[7]
            let latest: Blob = row[8]
            return OpenAlert(
                alertID: row[0],
                openingID: row[1],
                source: row[2],
                type: row[3],
                subject: row[4],
                openedAt: WallTime(nanoseconds: row[5]),
                lastEventAt: WallTime(nanoseconds: row[6]),
                body: body.bytes,
                latest: latest.bytes
            )
        }
    }
}
