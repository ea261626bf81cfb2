extension OutboxSchema {
    /// What schema 2 adds: deliveries with a time of their own, the operators' desk, and ways to find events.
    static let second = """
        CREATE TABLE held (                   -- what a sink is given again at a time of its own
          sink INTEGER NOT NULL REFERENCES sink,
          row INTEGER NOT NULL,               -- event.row; no foreign key, as in delivery
          alert TEXT NOT NULL,                -- event.alert
          attempts INTEGER NOT NULL CHECK (attempts >= 1),  -- since it was last in delivery or was first sent
          due_ns INTEGER NOT NULL,            -- not before; steady time (SteadyClock), nanoseconds since 1970
          is_sent INTEGER NOT NULL CHECK (is_sent IN (0, 1)),  -- 1: the broker has it and its receipt is missing;
                                              -- 0: the broker would not take it yet, and its alert waits behind it
          PRIMARY KEY (sink, row)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX held_due ON held(sink, due_ns);
        CREATE INDEX held_alert ON held(sink, alert) WHERE is_sent = 0;

        ALTER TABLE sink ADD COLUMN expired INTEGER NOT NULL DEFAULT 0;  -- events that nobody would take in time

        CREATE INDEX event_alert ON event(alert);
        CREATE INDEX event_number ON event(route, epoch, number);

        CREATE TABLE inbox (                  -- what was answered: who asks again gets the same answer
          source TEXT NOT NULL,               -- CloudEvents source of the message
          id TEXT NOT NULL,                   -- CloudEvents id of the message
          answered_ns INTEGER NOT NULL,       -- steady time, nanoseconds since 1970
          result BLOB NOT NULL,
          PRIMARY KEY (source, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX inbox_age ON inbox(answered_ns);

        CREATE TABLE alert_document (         -- what operators and deadlines have made of an alert
          alert TEXT PRIMARY KEY,
          is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),  -- shedding and trimming never touch an open one
          deadline_ns INTEGER,                -- when it is to be looked at again; wall time, nanoseconds since 1970
          updated_ns INTEGER NOT NULL,        -- as the caller says; wall time, nanoseconds since 1970
          saved_ns INTEGER NOT NULL,          -- steady time, nanoseconds since 1970
          state BLOB NOT NULL
        ) STRICT;
        CREATE INDEX alert_document_open ON alert_document(alert) WHERE is_open = 1;
        CREATE INDEX alert_document_deadline ON alert_document(deadline_ns) WHERE deadline_ns IS NOT NULL;
        CREATE INDEX alert_document_closed ON alert_document(saved_ns) WHERE is_open = 0;
        """
}
