package import NeuronCore

/// What a box or a camera is told to do.
package struct Command: Sendable, Hashable {
    /// With `source` its name: what comes twice under it has one effect.
    package var id: String
    package var source: String
    package var subject: String?
    package var time: WallTime
    /// A command of yesterday must not run today.
    package var expiry: WallTime
    package var actor: Actor
    package var order: Order
    package var responseTopic: String?

    /// What is to be done.
    package enum Order: Sendable, Hashable {
        case arm
        case disarm
        /// Takes a picture now.
        case snapshot
        /// Sends again what was committed, the same bytes under the same ids.
        case replay(Range)
    }

    /// Which events are to be sent again: of the camera's own source.
    package enum Range: Sendable, Hashable {
        /// As `sequence` writes them, both included; nil for up to the latest.
        case sequences(from: String, to: String?)
        /// By the time of the event.
        case times(from: WallTime, to: WallTime?)
    }

    /// The order's word, the last level of the topic.
    package var word: String {
        switch order {
        case .arm: "arm"
        case .disarm: "disarm"
        case .snapshot: "snapshot"
        case .replay: "replay"
        }
    }
}

extension InboundEnvelope {
    private static let commandKeys: Set<String> = ["actor", "responseTopic"]
    private static let rangeKeys: Set<String> = ["fromSequence", "toSequence", "fromTime", "toTime"]

    /// Reads the message as a command.
    package func command() throws(Rejection) -> Command {
        let order = try order()
        guard let expiry else { throw Rejection(.wrongSchema, "expirytime is missing: every command has an end.") }
        return Command(
            id: id,
            source: source,
            subject: subject,
            time: time,
            expiry: expiry,
            actor: try data.required("actor", try actor()),
            order: order,
            responseTopic: try data.text("responseTopic", longest: 512)
        )
    }

    private func order() throws(Rejection) -> Command.Order {
        try data.refuseOthers(than: word == "replay" ? Self.commandKeys.union(Self.rangeKeys) : Self.commandKeys)
        switch word {
        case "arm": return .arm
        case "disarm": return .disarm
        case "snapshot": return .snapshot
        case "replay": return .replay(try range())
        default:
            throw Rejection(
                .wrongSchema,
                "There is no command '\(word.prefix(40))'; there are arm, disarm, snapshot and replay."
            )
        }
    }

    private func range() throws(Rejection) -> Command.Range {
        let (first, last) = (try sequence("fromSequence"), try sequence("toSequence"))
        let (begin, end) = (try data.time("fromTime"), try data.time("toTime"))
        switch (first, begin) {
        case (let first?, nil) where end == nil && first <= last ?? first: return .sequences(from: first, to: last)
        case (nil, let begin?) where last == nil && begin <= end ?? begin: return .times(from: begin, to: end)
        default:
            throw Rejection(
                .wrongSchema,
                "A replay needs either data.fromSequence (and toSequence) or data.fromTime (and toTime), in this order."
            )
        }
    }

    /// `0003-00000000000000184467`: a text, as 64 bits do not go through every JSON reader.
    private func sequence(_ key: String) throws(Rejection) -> String? {
        guard let text = try data.text(key, longest: 40) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let areDigits = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard parts.count == 2, areDigits, parts[0].count >= 4, parts[1].count == 20 else {
            throw data.wrong(key, "a sequence such as 0003-00000000000000184467")
        }
        return text
    }
}
