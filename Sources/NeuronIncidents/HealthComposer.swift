package import NeuronCore

/// Writes what happened to the box itself as events.
package struct HealthComposer: Sendable {
    /// What stands in a camera's place in `source`, since boxes and cameras may share a name; in topics the box has its own.
    private static let sensor = "_box"

    /// What stands in `source` of the box's own events.
    package static func source(of box: BoxID) -> String { "urn:neurond:\(box):\(sensor)" }

    private let box: BoxID
    private let site: SitePath

    /// Makes the composer of one box.
    package init(box: BoxID, site: SitePath) {
        self.box = box
        self.site = site
    }

    /// Events of one source that were taken away undelivered.
    package struct Loss: Codable, Sendable, Hashable {
        package var source: String
        package var importance: String
        package var firstSequence: String
        package var lastSequence: String
        package var events: Int64

        /// Makes a range of events that were lost.
        package init(
            source: String,
            importance: AlertDraft.Importance,
            firstSequence: String,
            lastSequence: String,
            events: Int64
        ) {
            self.source = source
            self.importance = "\(importance)"
            self.firstSequence = firstSequence
            self.lastSequence = lastSequence
            self.events = events
        }
    }

    /// The event that says what a full outbox has lost.
    ///
    /// Nothing may be lost in silence, so it is as important as the most important thing it could replace.
    package func report(_ losses: [Loss], at time: WallTime) -> AlertDraft {
        let about = losses.map { "\($0.source) \($0.firstSequence) \($0.lastSequence)" }.joined(separator: " ")
        let outbox = HealthData.Outbox(dropped: losses.reduce(0) { $0 + $1.events }, droppedRanges: losses)
        let data = HealthData(health: HealthData.Health(state: "degraded", outbox: outbox))
        var draft = draft(data, "report", about: about, at: time, severity: ("ERROR", 17))
        draft.importance = .started
        return draft
    }

    /// The event that says that a sink's other side does not take what it should.
    ///
    /// - Parameters:
    ///   - trouble: what is wrong.
    ///   - sink: its name.
    ///   - eventIDs: the events that it was noticed by; some of them are named.
    ///   - reason: a full sentence.
    ///   - time: when it was noticed.
    /// - Returns: an event of the box.
    package func report(
        _ trouble: HealthData.Trouble,
        of sink: String,
        eventIDs: [String],
        because reason: String,
        at time: WallTime
    ) -> AlertDraft {
        let facts = HealthData.SinkTrouble(
            name: sink,
            trouble: trouble,
            events: eventIDs.count,
            eventIds: Array(eventIDs.prefix(20)),
            reason: reason
        )
        let data = HealthData(health: HealthData.Health(state: "degraded", sink: facts))
        let about = "\(sink) \(trouble.rawValue) \(facts.eventIds.joined(separator: " "))"
        var draft = draft(data, "sink", about: about, at: time, severity: ("ERROR", 17))
        draft.importance = .ended
        return draft
    }

    /// Wraps what is to be told of the box.
    func draft(
        _ data: HealthData,
        _ word: String,
        about: String,
        at time: WallTime,
        severity: (text: String, number: Int)
    ) -> AlertDraft {
        let type = "org.neurond.health.\(word).v1"
        let id = AlertName.event(ofAlert: "\(box) \(about)", type: type, revision: 1, at: time)
        let event = CloudEvent<HealthData>(
            id: id,
            source: Self.source(of: box),
            type: type,
            subject: "\(site.district)/\(site.street)/\(site.community)/\(site.grid)/\(box)",
            time: time.description,
            recordedtime: time.description,
            expirytime: (time + AlertDraft.lifetime).description,
            partitionkey: Self.sensor,
            sequence: "",
            correlationid: id,
            severitytext: severity.text,
            severitynumber: severity.number,
            data: data
        )
        return AlertDraft(event, at: time, phase: .single)
    }
}

/// The `data` of a health event.
package struct HealthData: Codable, Sendable, Hashable {
    package var health: Health
    /// Which camera it is about; nil where it is about the box.
    package var sensor: SensorBlock?

    /// How the box is.
    package struct Health: Codable, Sendable, Hashable {
        package var state: String
        package var uptimeS: Int64?
        package var cameras: Cameras?
        package var outbox: Outbox?
        package var sinks: [String: HealthReport.Sink]?
        package var alerts: [String: DeskFigures.TierFigures]?
        package var rules: [String: Rule]?
        package var sink: SinkTrouble?
        package var coverage: CoverageBlock?
    }

    /// What can be wrong with a sink's other side.
    package enum Trouble: String, Codable, Sendable, Hashable, CaseIterable {
        /// The broker takes events, and nobody behind it confirms them.
        case noReceipt
        /// Events were refused for good and are parked.
        case refused
        /// The broker takes events that nobody subscribes to.
        case noSubscriber
    }

    /// A sink whose other side does not take what it should.
    package struct SinkTrouble: Codable, Sendable, Hashable {
        package var name: String
        package var trouble: Trouble
        package var events: Int
        package var eventIds: [String]
        package var reason: String
    }

    /// How many cameras there are pictures of.
    package struct Cameras: Codable, Sendable, Hashable {
        package var ok: Int
        package var lost: Int
    }

    /// What a rule's alerts turned out to be.
    package struct Rule: Codable, Sendable, Hashable {
        package var judged: Int
        package var falseAlarms: Int
        package var falseAlarmRatio: Double
    }

    /// What the outbox has lost.
    package struct Outbox: Codable, Sendable, Hashable {
        /// Events that some sink still has to deliver.
        package var pending: Int64?
        /// Since the oldest of them was committed.
        package var oldestAgeS: Int64?
        package var bytes: Int64?
        package var dropped: Int64
        package var droppedRanges: [HealthComposer.Loss]
    }
}
