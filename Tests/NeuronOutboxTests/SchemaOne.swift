/// The tables as neurond made them before its second schema, for a file that is really one of those; never changed again.
enum SchemaOne {
    static let sql = """
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
          recorded_ns INTEGER NOT NULL,       -- when it was appended; wall time, nanoseconds since 1970, may step back
          importance INTEGER NOT NULL CHECK (importance BETWEEN 0 AND 4),  -- AlertDraft.Importance; names the body table
          body_bytes INTEGER NOT NULL,        -- length of the body
          waiting INTEGER NOT NULL CHECK (waiting >= 0)  -- number of sinks that still have to deliver it; 0 = history
        ) STRICT;
        CREATE INDEX event_history ON event(waiting) WHERE waiting = 0;  -- history, oldest first

        CREATE TABLE sink (                   -- the sinks of the last opening
          sink INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE delivery (               -- what a sink still has to deliver
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

        CREATE TABLE body_health (row INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE body_updated (row INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE body_plate (row INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE body_ended (row INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE body_started (row INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        INSERT INTO shed_total VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0);
        INSERT INTO outbox VALUES (1, 1, 1795161600000000000);
        """

    /// Five events of one source, all delivered to `file` but the last two; the third is parked; alert A is open.
    static let rows = """
        INSERT INTO source VALUES (1, 'urn:neurond:box:a', 5, 5);
        INSERT INTO route VALUES (1, 1, 'org.neurond.motion.started.v1', '_/_/_/_/a');
        INSERT INTO sink VALUES (1, 'file');
        INSERT INTO event
          SELECT value, 'id-' || value, 'A', 1, 1, value, 0, 1795161600000000000, 4, 2, value > 3
          FROM json_each('[1, 2, 3, 4, 5]');
        INSERT INTO body_started SELECT row, CAST('{}' AS BLOB) FROM event;
        INSERT INTO delivery VALUES (1, 4), (1, 5);
        INSERT INTO parked VALUES (3, 1, 0, 'refused');
        INSERT INTO open_alert VALUES ('A', 1, 'id-1', 0, 0, CAST('{}' AS BLOB), CAST('{}' AS BLOB));
        PRAGMA application_id = 1313107810;
        PRAGMA user_version = 1;
        """
}
