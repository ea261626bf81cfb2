import FoundationEssentials
package import NeuronCore

/// The answer to feedback or to a command: a CloudEvent that is said once and is not in the outbox.
package struct ResultEvent: Codable, Sendable, Hashable {
    package var specversion = "1.0"
    package var id: String
    package var source: String
    package var type: String
    package var subject: String
    package var time: WallTime
    package var datacontenttype = "application/json"
    package var dataschema = ResultSchema.id
    /// The alert, or the command where there is none.
    package var correlationid: String
    /// What is answered.
    package var causationid: String
    package var data: Content

    /// What became of it.
    package struct Content: Codable, Sendable, Hashable {
        /// The source of what is answered, as `id` alone is no name.
        package var source: String
        /// Why not; absent where it was accepted.
        package var code: Rejection.Code?
        package var reason: String?
        package var alert: AlertState?
        /// Whether the camera or the box is armed now.
        package var armed: Bool?
        package var replay: Replayed?
        package var snapshot: Snapshot?
    }

    /// A picture that was taken now, and where it is said.
    package struct Snapshot: Codable, Sendable, Hashable {
        package var topic: String
        package var mediaType = "image/jpeg"
        package var bytes: Int
        /// Of its bytes, 64 hexadecimal digits.
        package var sha256: String
        package var takenAt: String
        package var width: Int
        package var height: Int

        /// Describes a picture that is said at a topic.
        package init(_ picture: LivePicture, topic: String) {
            self.topic = topic
            bytes = picture.jpeg.count
            sha256 = SHA256.digest(of: picture.jpeg).hexadecimal
            takenAt = picture.takenAt.wholeMilliseconds.description
            width = picture.size.width
            height = picture.size.height
        }
    }

    /// Where the alert stands after it.
    package struct AlertState: Codable, Sendable, Hashable {
        package var id: String
        package var revision: Int
        package var condition: AlertDocument.Condition
        package var workflow: AlertDocument.Workflow
        package var tier: AlertTier
        @ExplicitNull package var disposition: AlertDocument.Disposition?

        /// The state of a document.
        package init(_ document: AlertDocument) {
            id = document.alertId
            revision = document.revision
            condition = document.condition
            workflow = document.workflow
            tier = document.tier
            disposition = document.disposition
        }
    }

    /// What was sent again.
    package struct Replayed: Codable, Sendable, Hashable {
        package var topic: String
        package var events: Int
        /// Sequence numbers that are not kept any more.
        package var missing: [Gap]
        /// Where to go on; absent at the end of what was asked for.
        package var nextSequence: String?

        /// Makes an account of a replay.
        package init(topic: String, events: Int, missing: [Gap], nextSequence: String?) {
            self.topic = topic
            self.events = events
            self.missing = missing
            self.nextSequence = nextSequence
        }
    }

    /// A hole, both ends included.
    package struct Gap: Codable, Sendable, Hashable {
        package var fromSequence: String
        package var toSequence: String

        /// Makes a hole.
        package init(fromSequence: String, toSequence: String) {
            self.fromSequence = fromSequence
            self.toSequence = toSequence
        }
    }

    /// One line of JSON, keys in alphabetical order.
    package var encoded: [UInt8] { JSONLine.bytes(of: self) }
}

/// Whom an answer is for and about what.
package struct Asked: Sendable, Hashable {
    package var id: String
    package var source: String
    package var subject: String
    package var alertID: String?

    /// Makes the name of what is answered.
    package init(id: String, source: String, subject: String, alertID: String? = nil) {
        self.id = id
        self.source = source
        self.subject = subject
        self.alertID = alertID
    }
}

/// Writes answers.
package struct ResultComposer: Sendable {
    private let box: BoxID

    /// Makes the composer of one box.
    package init(box: BoxID) { self.box = box }

    /// It was done.
    package func accepted(_ asked: Asked, at time: WallTime) -> ResultEvent { event(asked, "accepted", at: time) }

    /// It was not done.
    package func rejected(_ asked: Asked, _ rejection: Rejection, at time: WallTime) -> ResultEvent {
        var event = event(asked, rejection.code == .unavailable ? "unavailable" : "rejected", at: time)
        event.data.code = rejection.code
        event.data.reason = rejection.reason
        return event
    }

    private func event(_ asked: Asked, _ word: String, at time: WallTime) -> ResultEvent {
        let sensor = asked.subject.split(separator: "/").last.map(String.init) ?? box.rawValue
        let type = "org.neurond.result.\(word).v1"
        return ResultEvent(
            id: AlertName.event(ofAlert: "\(asked.source) \(asked.id)", type: type, revision: 1, at: time),
            source: "urn:neurond:\(box):\(sensor)",
            type: type,
            subject: asked.subject,
            time: time.wholeMilliseconds,
            correlationid: asked.alertID ?? asked.id,
            causationid: asked.id,
            data: ResultEvent.Content(source: asked.source)
        )
    }
}

/// Values as one line of JSON.
enum JSONLine {
    /// Keys in alphabetical order: the same value gives the same bytes everywhere.
    static func bytes(of value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            // Only a number that JSON cannot write would do it, and every number here is finite by construction.
            preconditionFailure("a value could not be written as JSON: \(error)")
        }
    }
}

extension AlertDocument {
    /// One line of JSON, keys in alphabetical order.
    package var encoded: [UInt8] { JSONLine.bytes(of: self) }

    /// Reads a document back from its line.
    ///
    /// - Throws: `DecodingError` where it is none of this version.
    package init(decoding bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    }
}
