package import NeuronCore

/// An alert whose opening event is committed and whose closing event is not.
package struct OpenAlert: Sendable, Hashable {
    package var alertID: String
    /// The opening event's own id.
    package var openingID: String
    package var source: String
    package var type: String
    package var subject: String
    /// The time of the opening event.
    package var openedAt: WallTime
    /// The latest time of any of its events.
    package var lastEventAt: WallTime
    /// The opening event: one line of JSON without its line end.
    package var body: [UInt8]
    /// The latest of its events, the opening one or an update.
    package var latest: [UInt8]

    /// Makes an open alert of all its parts.
    package init(
        alertID: String,
        openingID: String,
        source: String,
        type: String,
        subject: String,
        openedAt: WallTime,
        lastEventAt: WallTime,
        body: [UInt8],
        latest: [UInt8]
    ) {
        self.alertID = alertID
        self.openingID = openingID
        self.source = source
        self.type = type
        self.subject = subject
        self.openedAt = openedAt
        self.lastEventAt = lastEventAt
        self.body = body
        self.latest = latest
    }
}
