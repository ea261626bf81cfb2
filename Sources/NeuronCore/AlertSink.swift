/// Somewhere that alerts go: a file, a broker, standard output.
///
/// One task drives a sink; calls never overlap. A sink keeps nothing that the outbox does not have.
package protocol AlertSink: Sendable {
    /// The sink's name in the outbox, in logs and in metrics; unique and stable over restarts.
    var name: String { get }

    /// How many events it takes at once.
    var pace: DeliveryPace { get }

    /// Delivers a batch in its order and returns when the fate of each event is known, within bounded time.
    ///
    /// - Parameter alerts: a batch as ``pace`` allows it, at least one.
    /// - Returns: what became of each.
    /// - Throws: when none of it may count as safe; the whole batch is then delivered again later, with the same ids.
    @discardableResult
    func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport

    /// Lets go of files and connections; nothing is delivered afterwards.
    func close() async
}

extension AlertSink {
    /// A file or a pipe takes all in order, or none.
    package var pace: DeliveryPace { DeliveryPace(batchSize: 256, keepsOrder: true) }
}
