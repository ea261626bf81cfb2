package import NeuronCore

/// Which events a reader wants.
package struct OutboxFilter: Sendable, Hashable {
    /// Events that happened at this time or later.
    package var since: WallTime?
    /// A CloudEvents type; `*` stands for any text: `org.neurond.motion.*`.
    package var type: String?

    /// Makes a filter; without arguments everything passes.
    package init(since: WallTime? = nil, type: String? = nil) {
        self.since = since
        self.type = type
    }
}
