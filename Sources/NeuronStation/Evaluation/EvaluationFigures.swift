package import NeuronCore

/// The figures of one clip, or of several together.
package struct EvaluationFigures: Sendable, Hashable {
    package var clips = 0
    package var length = TimeSpan.zero
    package var quiet = TimeSpan.zero
    package var falseAlarm = TimeSpan.zero
    package var events = 0
    package var found = 0
    package var alerts = 0
    package var trueAlerts = 0
    package var boxes = 0
    package var locatedBoxes = 0
    /// Stated beginning less the labelled one, of each found event; negative where it is early.
    package var onsetErrors: [TimeSpan] = []
    /// From the labelled beginning to the moment at which an alert was told, of each found event.
    package var latencies: [TimeSpan] = []

    /// No clip.
    package init() {}

    /// The figures of one clip.
    package init(_ match: ClipMatch) {
        clips = 1
        length = match.length
        quiet = match.quiet
        falseAlarm = match.falseAlarm
        events = match.events.count
        found = match.events.count(where: \.isFound)
        alerts = match.alerts.count
        trueAlerts = match.alerts.count(where: \.isTrue)
        boxes = match.boxes
        locatedBoxes = match.locatedBoxes
        onsetErrors = match.events.compactMap { event in event.alert.map { $0.onset - event.interval.from } }
        latencies = match.events.compactMap { event in event.alert.map { $0.told - event.interval.from } }
    }

    /// Adds another clip's figures.
    package mutating func add(_ other: EvaluationFigures) {
        clips += other.clips
        length = length + other.length
        quiet = quiet + other.quiet
        falseAlarm = falseAlarm + other.falseAlarm
        events += other.events
        found += other.found
        alerts += other.alerts
        trueAlerts += other.trueAlerts
        boxes += other.boxes
        locatedBoxes += other.locatedBoxes
        onsetErrors += other.onsetErrors
        latencies += other.latencies
    }

    package var missed: Int { events - found }
    package var falseAlerts: Int { alerts - trueAlerts }
    /// The true part of the alerts; nil where there was none.
    package var precision: Double? { Self.part(Double(trueAlerts), of: Double(alerts)) }
    /// The found part of the events; nil where there was none.
    package var recall: Double? { Self.part(Double(found), of: Double(events)) }

    /// The harmonic mean of precision and recall; nil where there was no event.
    package var f1: Double? {
        guard let recall else { return nil }
        let precision = precision ?? 0
        return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }

    /// Seconds, without their sign.
    package var onsetErrorMedian: Double? { Self.median(onsetErrors.map { abs($0.seconds) }) }
    /// Seconds, without their sign.
    package var onsetErrorP95: Double? { Self.percentile95(onsetErrors.map { abs($0.seconds) }) }
    /// Seconds.
    package var latencyMedian: Double? { Self.median(latencies.map(\.seconds)) }
    /// Seconds.
    package var latencyP95: Double? { Self.percentile95(latencies.map(\.seconds)) }
    /// False alerts per hour of one camera in which nothing happens; nil where the clips have no such time.
    package var falsePerHour: Double? { Self.part(Double(falseAlerts), of: quiet.seconds / 3600) }
    /// The part of the quiet time in which an alert was open.
    package var falseAlarmShare: Double? { Self.part(falseAlarm.seconds, of: quiet.seconds) }
    /// The part of the labels' boxes that what moved has met.
    package var located: Double? { Self.part(Double(locatedBoxes), of: Double(boxes)) }

    private static func part(_ part: Double, of whole: Double) -> Double? { whole > 0 ? part / whole : nil }

    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The smallest value that 95 % of the values do not exceed.
    private static func percentile95(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        return values.sorted()[(values.count * 95 + 99) / 100 - 1]
    }
}

/// What an evaluation took of the processor, by the kernel's account of its threads.
package struct EvaluationCost: Sendable, Hashable {
    /// Reading, decoding and looking.
    package var total = TimeSpan.zero
    /// Looking alone: from the decoded picture to the alert.
    package var detector = TimeSpan.zero
    /// The video that it was spent on.
    package var played = TimeSpan.zero

    /// Makes a cost.
    package init(total: TimeSpan = .zero, detector: TimeSpan = .zero, played: TimeSpan = .zero) {
        self.total = total
        self.detector = detector
        self.played = played
    }

    /// Adds another clip's cost.
    package mutating func add(_ other: EvaluationCost) {
        total = total + other.total
        detector = detector + other.detector
        played = played + other.played
    }

    /// Seconds of processor time for a minute of video; nil where none was played.
    package var perMinute: Double? { played > .zero ? total.seconds / played.seconds * 60 : nil }
    /// The detector's part of ``perMinute``.
    package var detectorPerMinute: Double? { played > .zero ? detector.seconds / played.seconds * 60 : nil }
}
