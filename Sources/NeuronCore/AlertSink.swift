/// Somewhere that alerts go: a file, a broker, standard output.
///
/// One task drives a sink; calls never overlap. A sink keeps nothing that the outbox does not have.
package protocol AlertSink: Sendable {
    /// The sink's name in the outbox, in logs and in metrics; unique and stable over restarts.
    var name: String { get }

    /// Delivers a batch in its order and returns when all of it is safe by this sink's own measure.
    ///
    /// - Parameter alerts: a batch in commit order, at least one.
    /// - Throws: when any of it is not safe; the whole batch is then delivered again later, with the same ids.
    func deliver(_ alerts: [StoredAlert]) async throws

    /// Lets go of files and connections; nothing is delivered afterwards.
    func close() async
}
