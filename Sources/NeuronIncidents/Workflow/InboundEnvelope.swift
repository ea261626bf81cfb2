package import NeuronCore

/// What every message from outside has in common: a CloudEvents 1.0 envelope in the structured mode.
package struct InboundEnvelope: Sendable {
    package var id: String
    package var source: String
    /// The last but one word of the type: `acknowledged` of `org.neurond.feedback.acknowledged.v1`.
    package var word: String
    package var family: Family
    package var subject: String?
    package var time: WallTime
    package var expiry: WallTime?
    package var correlationID: String?
    package var causationID: String?
    let data: JSONFields

    /// The two sorts of messages that a box takes.
    package enum Family: String, Sendable, Hashable {
        case feedback
        case command
    }

    /// Reads the envelope of a message; its `data` are read by ``feedback()`` and ``command()``.
    ///
    /// - Parameter bytes: anything at all.
    /// - Throws: `malformed` or `wrongSchema`.
    package init(hostile bytes: [UInt8]) throws(Rejection) {
        let event = try JSONFields(JSONTree(hostile: bytes), path: "")
        guard try event.text("specversion", longest: 8) == "1.0" else { throw event.wrong("specversion", "\"1.0\"") }
        id = try event.required("id", try event.token("id"))
        source = try event.required("source", try event.text("source", longest: 256))
        let type = try event.required("type", try event.text("type", longest: 100))
        let words = type.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 5, words[0] == "org", words[1] == "neurond", words[4] == "v1",
            let family = Family(rawValue: String(words[2]))
        else {
            throw event.wrong("type", "org.neurond.feedback.<word>.v1 or org.neurond.command.<word>.v1")
        }
        self.family = family
        word = String(words[3])
        subject = try event.text("subject", longest: 400)
        time = try event.required("time", try event.time("time"))
        expiry = try event.time("expirytime")
        correlationID = try event.token("correlationid")
        causationID = try event.token("causationid")
        data = try event.required("data", try event.fields("data"))
    }

    /// Only the names of a message that is wrong otherwise, so that it can be answered; nil where there are none.
    package static func names(in bytes: [UInt8]) -> (id: String, source: String)? {
        guard let event = try? JSONFields(JSONTree(hostile: bytes), path: ""), let id = try? event.token("id"),
            let source = try? event.text("source", longest: 256)
        else { return nil }
        return (id, source)
    }

    /// The actor in `data`.
    func actor() throws(Rejection) -> Actor? {
        guard let fields = try data.fields("actor") else { return nil }
        try fields.refuseOthers(than: ["id", "tier", "unit"])
        let unit = try fields.text("unit", longest: 64)
        if let unit, !TopicToken.isValid(unit) { throw fields.wrong("unit", "a level of a topic, such as s005") }
        return Actor(
            id: try fields.required("id", try fields.text("id", longest: 128)),
            tier: try fields.required("tier", try fields.word("tier")),
            unit: unit
        )
    }
}

extension InboundEnvelope {
    private static let feedbackKeys: Set<String> = [
        "alertId", "eventIds", "ifRevision", "actor", "dispatchedTo", "disposition", "cause", "note", "regions",
        "responseTopic",
    ]

    /// Reads the message as feedback.
    package func feedback() throws(Rejection) -> Feedback {
        let verb = try verb()
        try data.refuseOthers(than: Self.feedbackKeys)
        let alertID = try data.token("alertId") ?? correlationID
        var feedback = Feedback(
            id: id,
            source: source,
            verb,
            // What has arrived may be an event without an alert.
            of: verb == .received ? alertID ?? "" : try data.required("alertId", alertID),
            at: time,
            by: try actor()
        )
        feedback.subject = subject
        feedback.expiry = expiry
        feedback.eventIDs = try eventIDs()
        feedback.ifRevision = try data.integer("ifRevision", in: 1...Int64(Int32.max)).map { Int($0) }
        feedback.dispatchedTo = try data.text("dispatchedTo", longest: 128)
        feedback.disposition = verb == .reopened ? nil : try data.word("disposition")
        feedback.cause = try data.text("cause", longest: 64)
        feedback.note = try data.text("note", longest: 500)
        feedback.regions = try regions()
        feedback.responseTopic = try data.text("responseTopic", longest: 512)
        try check(feedback)
        return feedback
    }

    /// A reopening is an evaluation too: that the alert is not over.
    private func verb() throws(Rejection) -> Feedback.Verb {
        let words = Feedback.Verb.allCases.filter { $0 != .reopened }
        guard let verb = words.first(where: { $0.rawValue == word }) else {
            throw Rejection(
                .wrongSchema,
                "There is no feedback '\(word.prefix(40))'; there are "
                    + words.map(\.rawValue).joined(separator: ", ") + "."
            )
        }
        guard verb == .evaluated, try data.text("disposition", longest: 64) == "reopen" else { return verb }
        return .reopened
    }

    private func check(_ feedback: Feedback) throws(Rejection) {
        switch feedback.verb {
        case .received:
            guard !feedback.eventIDs.isEmpty else {
                throw Rejection(
                    .wrongSchema,
                    "'received' must name the event in causationid, or several in data.eventIds."
                )
            }
        case .evaluated: _ = try data.required("disposition", feedback.disposition)
        case .reopened: _ = try data.required("ifRevision", feedback.ifRevision)
        case .acknowledged, .dispatched, .handled: break
        }
        if feedback.verb != .received { _ = try data.required("actor", feedback.actor) }
    }

    private func eventIDs() throws(Rejection) -> [String] {
        guard let elements = try data.array("eventIds", atMost: 256) else { return causationID.map { [$0] } ?? [] }
        var ids: [String] = []
        for element in elements {
            guard case .string(let id) = element, (1...64).contains(id.utf8.count) else {
                throw data.wrong("eventIds", "an array of ids")
            }
            ids.append(id)
        }
        return ids
    }

    private func regions() throws(Rejection) -> [[Int]] {
        var regions: [[Int]] = []
        for element in try data.array("regions", atMost: 16) ?? [] {
            guard case .array(let corners) = element, corners.count == 4 else {
                throw data.wrong("regions", "an array of [left, top, right, bottom]")
            }
            var box: [Int] = []
            for corner in corners {
                guard case .integer(let value) = corner, (0...65_535).contains(value) else {
                    throw data.wrong("regions", "an array of pixel boxes")
                }
                box.append(Int(value))
            }
            regions.append(box)
        }
        return regions
    }
}
