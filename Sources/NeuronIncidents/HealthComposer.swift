package import NeuronCore

/// Writes what happened to the box itself as events.
package struct HealthComposer: Sendable {
    /// What stands in a camera's place in `source`, since boxes and cameras may share a name; in topics the box has its own.
    private static let sensor = "_box"

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
        let type = "org.neurond.health.report.v1"
        let about = losses.map { "\($0.source) \($0.firstSequence) \($0.lastSequence)" }.joined(separator: " ")
        let id = AlertName.event(ofAlert: "\(box) \(about)", type: type, revision: 1, at: time)
        let outbox = HealthData.Outbox(dropped: losses.reduce(0) { $0 + $1.events }, droppedRanges: losses)
        let event = CloudEvent<HealthData>(
            id: id,
            source: "urn:neurond:\(box):\(Self.sensor)",
            type: type,
            subject: "\(site.district)/\(site.street)/\(site.community)/\(site.grid)/\(box)",
            time: time.description,
            recordedtime: time.description,
            expirytime: (time + AlertDraft.lifetime).description,
            partitionkey: Self.sensor,
            sequence: "",
            correlationid: id,
            severitytext: "ERROR",
            severitynumber: 17,
            data: HealthData(health: HealthData.Health(state: "degraded", outbox: outbox))
        )
        var draft = AlertDraft(event, at: time, phase: .single)
        draft.importance = .started
        return draft
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
        package var outbox: Outbox?
        package var coverage: CoverageBlock?
    }

    /// What the outbox has lost.
    package struct Outbox: Codable, Sendable, Hashable {
        package var dropped: Int64
        package var droppedRanges: [HealthComposer.Loss]
    }
}
