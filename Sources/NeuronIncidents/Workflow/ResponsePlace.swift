import NeuronCore

/// Where an answer goes.
///
/// The rule: an asker may name a place only below its own desk. The desk's own prefix is the levels of the subject that was asked
/// about, from the district down to the actor's tier; the place must be `nd/v1/<prefix>/.../rsp/<name>`, on NATS with dots. Anything
/// else would let whoever may ask write anywhere with the box's rights, into a camera's `cmd` for example.
package enum ResponsePlace {
    /// The place that everybody knows: beside what was asked about.
    package static func usual(subject: String, id: String) -> String { "nd/v1/\(subject)/rsp/\(id)" }

    /// Judges the place that an asker named.
    ///
    /// - Parameters:
    ///   - topic: with slashes or dots; nil where none was named.
    ///   - subject: what was asked about.
    ///   - actor: who asked; without one no place may be named.
    /// - Returns: the place with slashes; nil for the usual one.
    /// - Throws: `foreignResponseTopic`.
    package static func judge(
        _ topic: String?,
        subject: String,
        actor: Actor?
    ) throws(Rejection) -> String? {
        guard let topic else { return nil }
        let separator: Character = topic.contains("/") ? "/" : "."
        let levels = topic.split(separator: separator, omittingEmptySubsequences: false)
        guard let actor else { throw foreign("without data.actor no place for the answer can be named") }
        let prefix = actor.tier.prefix(of: subject)
        let isPlace =
            levels.count == 9 && levels[0] == "nd" && levels[1] == "v1" && levels[7] == "rsp"
            && levels[2...6].allSatisfy { TopicToken.isValid(String($0)) }
            && TopicToken.isValid(levels[8].lowercased())
        guard isPlace, Array(levels[2..<(2 + prefix.count)]) == prefix else {
            throw foreign(
                "a \(actor.tier.rawValue) desk is answered below nd/v1/\(prefix.joined(separator: "/"))/, at a rsp/<name>"
            )
        }
        return levels.joined(separator: "/")
    }

    private static func foreign(_ why: String) -> Rejection {
        Rejection(.foreignResponseTopic, "The answer can't go where responseTopic says: \(why).")
    }
}
