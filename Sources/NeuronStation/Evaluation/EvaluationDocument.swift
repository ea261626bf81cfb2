import FoundationEssentials
import NeuronCore
import NeuronMedia

/// An evaluation as one JSON object for scripts.
///
/// All but `cpu` and what is required of it is the same in every run. Times are seconds; a figure that the clips give
/// nothing to compute from is null.
package struct EvaluationDocument {
    private let result: EvaluationResult
    private let requirements: [EvaluationRequirement]

    /// Makes the document of a result and of what was required.
    package init(_ result: EvaluationResult, requirements: [EvaluationRequirement] = []) {
        self.result = result
        self.requirements = requirements
    }

    /// The object on one line, without a line end.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(document), as: UTF8.self)
        } catch {
            preconditionFailure("figures that are finite could not be encoded: \(error)")
        }
    }

    private var document: Document {
        Document(
            type: result.plan.kind,
            rule: Rule(result.plan.rule),
            configurations: result.candidates.map(Self.candidate),
            differences: zip(result.candidates.first?.clips ?? [], result.differences).flatMap { clip, differences in
                differences.map { Difference(clip: clip.path, in: $0.isOfFirst ? "A" : "B", alert: Alert($0.alert)) }
            },
            requirements: zip(requirements, result.measured(requirements)).map { requirement, value in
                Requirement(
                    figure: requirement.figure.rawValue,
                    atLeast: requirement.figure.isGain ? requirement.limit : nil,
                    atMost: requirement.figure.isGain ? nil : requirement.limit,
                    measured: value.map(rounded),
                    isMet: requirement.isMet(by: value)
                )
            },
            cpu: result.candidates.map { candidate in
                Cost(
                    configuration: candidate.name,
                    total: Cost.Figures(candidate.cost),
                    clips: candidate.clips.map { Cost.Figures($0.cost, clip: $0.path) }
                )
            }
        )
    }

    private static func candidate(_ candidate: EvaluationResult.Candidate) -> Candidate {
        Candidate(
            configuration: candidate.name,
            total: Figures(candidate.figures),
            clips: candidate.clips.map { clip in
                Clip(
                    clip: clip.path,
                    labels: clip.labels,
                    pictures: clip.pictures,
                    failure: clip.failure?.error.message,
                    figures: Figures(EvaluationFigures(clip.match)),
                    events: clip.match.events.map { event in
                        Event(
                            start: seconds(event.interval.from),
                            end: seconds(event.interval.to),
                            told: event.alert.map { seconds($0.told) }
                        )
                    },
                    alerts: clip.match.alerts.map(Alert.init)
                )
            }
        )
    }
}

private struct Document: Encodable {
    var type: String
    var rule: Rule
    var configurations: [Candidate]
    var differences: [Difference]
    var requirements: [Requirement]
    var cpu: [Cost]
}

private struct Rule: Encodable {
    var early: Double
    var late: Double
    var merge: Double
    var hold: Double
    var start: String

    init(_ rule: MatchRule) {
        early = rule.early.seconds
        late = rule.late.seconds
        merge = rule.mergeGap.seconds
        hold = rule.hold.seconds
        start = rule.start.rawValue
    }
}

private struct Candidate: Encodable {
    var configuration: String
    var total: Figures
    var clips: [Clip]
}

private struct Clip: Encodable {
    var clip: String
    var labels: String
    var pictures: Int
    var failure: String?
    var figures: Figures
    var events: [Event]
    var alerts: [Alert]
}

private struct Event: Encodable {
    var start: Double
    var end: Double
    @Nullable var told: Double?
}

private struct Alert: Encodable {
    var onset: Double
    var told: Double
    var over: Double
    var rule: String
    var isTrue: Bool

    init(_ alert: ClipMatch.Alert) {
        onset = seconds(alert.alert.onset)
        told = seconds(alert.alert.told)
        over = seconds(alert.alert.interval.to)
        rule = alert.alert.rule
        isTrue = alert.isTrue
    }
}

private struct Difference: Encodable {
    var clip: String
    var `in`: String
    var alert: Alert
}

private struct Requirement: Encodable {
    var figure: String
    var atLeast: Double?
    var atMost: Double?
    @Nullable var measured: Double?
    var isMet: Bool
}

private struct Cost: Encodable {
    var configuration: String
    var total: Figures
    var clips: [Figures]

    struct Figures: Encodable {
        var clip: String?
        var seconds: Double
        var detectorSeconds: Double
        @Nullable var secondsPerMinute: Double?
        @Nullable var detectorSecondsPerMinute: Double?

        init(_ cost: EvaluationCost, clip: String? = nil) {
            self.clip = clip
            seconds = rounded(cost.total.seconds)
            detectorSeconds = rounded(cost.detector.seconds)
            secondsPerMinute = cost.perMinute.map(rounded)
            detectorSecondsPerMinute = cost.detectorPerMinute.map(rounded)
        }
    }
}

private struct Figures: Encodable {
    var seconds: Double
    var quietSeconds: Double
    var events: Int
    var found: Int
    var missed: Int
    var alerts: Int
    var `true`: Int
    var `false`: Int
    @Nullable var precision: Double?
    @Nullable var recall: Double?
    @Nullable var f1: Double?
    @Nullable var onsetMedian: Double?
    @Nullable var onsetP95: Double?
    @Nullable var latencyMedian: Double?
    @Nullable var latencyP95: Double?
    @Nullable var falsePerHour: Double?
    var falseAlarm: Double
    @Nullable var falseAlarmShare: Double?
    var boxes: Int
    var locatedBoxes: Int
    @Nullable var located: Double?

    init(_ figures: EvaluationFigures) {
        seconds = rounded(figures.length.seconds)
        quietSeconds = rounded(figures.quiet.seconds)
        events = figures.events
        found = figures.found
        missed = figures.missed
        alerts = figures.alerts
        `true` = figures.trueAlerts
        `false` = figures.falseAlerts
        precision = figures.precision.map(rounded)
        recall = figures.recall.map(rounded)
        f1 = figures.f1.map(rounded)
        onsetMedian = figures.onsetErrorMedian.map(rounded)
        onsetP95 = figures.onsetErrorP95.map(rounded)
        latencyMedian = figures.latencyMedian.map(rounded)
        latencyP95 = figures.latencyP95.map(rounded)
        falsePerHour = figures.falsePerHour.map(rounded)
        falseAlarm = rounded(figures.falseAlarm.seconds)
        falseAlarmShare = figures.falseAlarmShare.map(rounded)
        boxes = figures.boxes
        locatedBoxes = figures.locatedBoxes
        located = figures.located.map(rounded)
    }
}

/// A figure that is written as `null` where there is none, so that the object's shape does not depend on the clips.
@propertyWrapper
private struct Nullable: Encodable {
    var wrappedValue: Double?

    init(wrappedValue: Double?) { self.wrappedValue = wrappedValue }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}

private func seconds(_ time: MediaTime) -> Double { rounded(time.seconds) }

/// Five decimals: finer than a picture's time in any clip.
private func rounded(_ value: Double) -> Double { (value * 100_000).rounded() / 100_000 }
