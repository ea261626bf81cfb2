/// A committed event as a sink gets it: bytes and what is needed to route them.
package struct StoredAlert: Sendable, Hashable {
    /// The outbox's row, rising in the order of commit over all sources.
    package var row: Int64
    package var id: String
    package var alertID: String
    package var source: String
    package var type: String
    package var subject: String
    /// When it happened; `body` says the same.
    package var time: WallTime
    /// What may be shed first; reports of the box's own health are the least.
    package var importance: AlertDraft.Importance
    /// One line of JSON without its line end; the same bytes at every sink and at every attempt.
    package var body: [UInt8]

    /// Makes a stored alert of all its parts.
    package init(
        row: Int64,
        id: String,
        alertID: String,
        source: String,
        type: String,
        subject: String,
        time: WallTime,
        importance: AlertDraft.Importance = .started,
        body: [UInt8]
    ) {
        self.row = row
        self.id = id
        self.alertID = alertID
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.importance = importance
        self.body = body
    }
}
