import GRDB

/// Gives free pages back to the file system, a little at a time, so that the file does not stay at its peak for ever.
struct Vacuum {
    let db: Database

    /// Free pages below this, or below a quarter of the file, are kept: they will be used again.
    private static let leastPages = 256
    /// Each page that is moved goes through the log.
    private static let mostPagesPerStep = 2048

    /// Frees up to 8 MiB and gives the number of pages.
    @discardableResult
    func step() throws -> Int {
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        let all = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        guard free > max(Self.leastPages, all / 4) else { return 0 }
        let pages = min(max(Self.leastPages, free / 8), Self.mostPagesPerStep)
        try db.execute(sql: "PRAGMA incremental_vacuum(\(pages))")
        return pages
    }
}
