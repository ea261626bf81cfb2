import GRDB
import NeuronCore

/// The tables of an outbox and how older ones are brought up to date.
///
/// Invariants, which the model-based test checks after every step:
/// - an event is in `event` and its body in the `body_…` table of its importance, both under the same row;
/// - `event.waiting` is the number of rows that `delivery` and `held` have for it, and no row is in both of one sink;
/// - a source's numbers 1...`last_number` are each in `event`, or were delivered and trimmed, or are covered by
///   `shed_range` until that was reported;
/// - an alert is in `open_alert` from the commit of its opening event to that of its closing one.
enum OutboxSchema {
    /// `PRAGMA application_id`: "NDob", so that `file` and we can tell an outbox from any other database.
    static let applicationID: Int32 = 0x4E44_6F62
    /// `PRAGMA user_version` of this schema; raised by one with each migration.
    static let version: Int32 = 2

    /// The table that the bodies of one importance lie in.
    ///
    /// Shedding takes the oldest of one importance: there they lie side by
    /// side, whole pages become free, and the file's size follows. In one common table it would leave every page
    /// half full and shed three times as much as is needed.
    static func bodyTable(_ importance: AlertDraft.Importance) -> String { "body_\(importance)" }

    /// Brings a database to ``version``, inside the caller's transaction.
    static func migrate(_ db: Database, from found: Int32, at now: WallTime, epoch: Int64) throws {
        if found < 1 {
            try db.execute(sql: first)
            for importance in AlertDraft.Importance.allCases {
                try db.execute(sql: "CREATE TABLE \(bodyTable(importance)) (\n\(bodyColumns)\n) STRICT")
                try db.execute(sql: "INSERT INTO shed_total VALUES (?, 0)", arguments: [importance.rawValue])
            }
            try db.execute(sql: "INSERT INTO outbox VALUES (1, ?, ?)", arguments: [epoch, now.nanoseconds])
        }
        if found < 2 { try db.execute(sql: second) }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static let bodyColumns = """
        row INTEGER PRIMARY KEY,          -- event.row
        bytes BLOB NOT NULL               -- one line of JSON without its line end; never changed once committed
        """

    private static let first = """
        CREATE TABLE outbox (                 -- exactly one row
          only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
          epoch INTEGER NOT NULL CHECK (epoch >= 1),  -- first part of every sequence; never lower than the epoch file's
          made_ns INTEGER NOT NULL            -- wall time, nanoseconds since 1970
        ) STRICT;

        CREATE TABLE source (
          source INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,          -- CloudEvents source
          last_number INTEGER NOT NULL,       -- highest number given out in this epoch; 0 before the first
          last_row INTEGER NOT NULL           -- row of that event; the maximum over all sources is the outbox's last row,
                                              -- which stays when the event itself is gone: rows are never used twice
        ) STRICT;

        CREATE TABLE route (                  -- what many events have in common, written once
          route INTEGER PRIMARY KEY,
          source INTEGER NOT NULL REFERENCES source,
          type TEXT NOT NULL,                 -- CloudEvents type
          subject TEXT NOT NULL,              -- CloudEvents subject
          UNIQUE (source, type, subject)
        ) STRICT;

        CREATE TABLE event (
          row INTEGER PRIMARY KEY,            -- rises in the order of commit, with holes where events were removed
          id TEXT NOT NULL UNIQUE,            -- the event's id: an event that comes again is not stored again
          alert TEXT NOT NULL,                -- the id of the alert that it belongs to
          route INTEGER NOT NULL REFERENCES route,
          epoch INTEGER NOT NULL,             -- outbox.epoch when it was numbered
          number INTEGER NOT NULL,            -- counts from 1 per source and epoch without holes
          time_ns INTEGER NOT NULL,           -- when it happened; wall time, nanoseconds since 1970
          recorded_ns INTEGER NOT NULL,       -- when it was appended; steady time (SteadyClock), nanoseconds since 1970
          importance INTEGER NOT NULL CHECK (importance BETWEEN 0 AND 4),  -- AlertDraft.Importance; names the body table
          body_bytes INTEGER NOT NULL,        -- length of the body
          waiting INTEGER NOT NULL CHECK (waiting >= 0)  -- number of sinks that still have to deliver it; 0 = history
        ) STRICT;
        CREATE INDEX event_history ON event(waiting) WHERE waiting = 0;  -- history, oldest first

        CREATE TABLE sink (                   -- the sinks of the last opening
          sink INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE delivery (               -- what a sink has not been given yet, or gave back without a word
          sink INTEGER NOT NULL REFERENCES sink,
          row INTEGER NOT NULL,               -- event.row. No foreign key: that needs a second index over the largest
                                              -- number of rows; whoever removes an event removes its deliveries first
          PRIMARY KEY (sink, row)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE parked (                 -- what a sink refused for good
          row INTEGER NOT NULL REFERENCES event ON DELETE CASCADE,
          sink INTEGER NOT NULL REFERENCES sink ON DELETE CASCADE,
          parked_ns INTEGER NOT NULL,         -- wall time, nanoseconds since 1970
          reason TEXT NOT NULL,
          PRIMARY KEY (row, sink)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE open_alert (             -- alerts without an end; shedding and trimming never touch it
          alert TEXT PRIMARY KEY,
          route INTEGER NOT NULL REFERENCES route,  -- of the opening event
          id TEXT NOT NULL,                   -- of the opening event
          opened_ns INTEGER NOT NULL,         -- time of the opening event; wall time, nanoseconds since 1970
          last_ns INTEGER NOT NULL,           -- latest time of any event of this alert; never before opened_ns
          body BLOB NOT NULL,                 -- the opening event's bytes
          latest BLOB NOT NULL                -- the bytes of the latest event so far
        ) STRICT;

        CREATE TABLE shed_total (             -- one row per importance
          importance INTEGER PRIMARY KEY,
          events INTEGER NOT NULL             -- removed before every sink had them, since this outbox was made
        ) STRICT;

        CREATE TABLE shed_range (             -- what was shed and is not reported yet
          shed_range INTEGER PRIMARY KEY,
          source INTEGER NOT NULL REFERENCES source,
          epoch INTEGER NOT NULL,
          importance INTEGER NOT NULL,
          first_number INTEGER NOT NULL,
          last_number INTEGER NOT NULL CHECK (last_number >= first_number),
          events INTEGER NOT NULL             -- fewer than the range is long when there were too many ranges
        ) STRICT;
        CREATE INDEX shed_range_of_source ON shed_range(source, epoch, importance, last_number);
        """
}

extension OutboxSchema {
    /// Refuses a database that is not ours or that a newer neurond made.
    static func checkIdentity(application: Int32, version: Int32, path: String) throws(OutboxError) {
        guard application == applicationID else {
            throw OutboxError(
                .foreign,
                "\(path) is a database, but not an outbox of neurond: give the outbox a path of its own."
            )
        }
        guard (1...Self.version).contains(version) else {
            throw OutboxError(
                .tooNew,
                "The outbox \(path) has schema \(version) and this neurond knows up to \(Self.version): use the newer "
                    + "neurond that made it."
            )
        }
    }
}
