import ArgumentParser
import NeuronConfiguration
import NeuronCore
import NeuronMedia
import NeuronSampling
import NeuronStation

/// `neurond evaluate`: how well a configuration does on clips of which the truth is known.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Plays labelled clips and says what was found, missed and false: precision, recall, latency, cost.",
        discussion: """
            Labels are JSON: {"events": [[start, end, {"box": [x0, y0, x1, y1]}], ...]}, times in seconds; docs/detection.md has \
            the rest. Names that end in .json are labels, all others are clips. One labels file serves all clips; several are \
            taken by name (walker.mp4: walker.json) or else in order; without --labels, CLIP.json or events.json beside the clip. \
            Exit 1 where a requirement is not met, 65 or 66 where labels or a clip cannot be read.

            Examples:
              neurond evaluate --labels walker.json walker.mp4 --require f1=0.9,false=0
              neurond evaluate --labels my.json my.mp4 --config a.yaml --against b.yaml
              neurond evaluate *.mp4 --json | jq '.configurations[0].total.f1'
            """
    )

    @Argument(help: "Recorded clips.", completion: .file())
    var clips: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Labels files; clips may follow them.", valueName: "file"),
        completion: .file()
    )
    var labels: [String] = []

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("Configuration A (YAML); the defaults without it.", valueName: "file"),
        completion: .configuration
    )
    var configurationPath: String?

    @Option(
        name: .customLong("against"),
        help: ArgumentHelp("Configuration B, to compare A with.", valueName: "file"),
        completion: .configuration
    )
    var opponentPath: String?

    @Option(
        name: .customLong("require"),
        help: ArgumentHelp(
            "What A must reach, such as f1=0.9,false=1: at least for gains, at most for the rest.",
            valueName: "list"
        )
    )
    var required: [String] = []

    @Option(help: ArgumentHelp("The camera to play the clips as.", valueName: "id"), completion: .camera)
    var camera: String?

    @Option(
        help: ArgumentHelp(
            "auto, always, keyframes or fps:N, instead of what the camera has.",
            valueName: "mode"
        ),
        completion: .sampling
    )
    var sampling: String?

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp("The kind of alert that is judged: motion, tamper.", valueName: "kind"),
        completion: .list(["motion", "tamper"])
    )
    var kind = "motion"

    @OptionGroup(title: "How alerts and events are matched") var matching: Matching

    @Option(help: "How many clips are played at the same time.")
    var workers = 1

    @Flag(help: "One JSON object instead of a table.")
    var json = false

    /// What counts as found.
    struct Matching: ParsableArguments {
        @Option(help: ArgumentHelp("How long before an event an alert may start.", valueName: "seconds"))
        var early = 0.6

        @Option(help: ArgumentHelp("How long after an event's end an alert may start.", valueName: "seconds"))
        var late = 1.0

        @Option(help: ArgumentHelp("Events no further apart than this are one.", valueName: "seconds"))
        var merge = 3.0

        @Option(help: ArgumentHelp("How long an alert may stay open after an event.", valueName: "seconds"))
        var hold = 2.0

        @Option(help: "Which time of an alert is judged: the onset that it states, or when it was told.")
        var start = MatchRule.Start.onset

        func validate() throws {
            for seconds in [early, late, merge, hold] where !(0...3600).contains(seconds) {
                throw ValidationError("--early, --late, --merge and --hold take 0 to 3600 seconds, not \(seconds).")
            }
        }

        var rule: MatchRule {
            let spans = [early, late, merge, hold].map { TimeSpan(seconds: $0) ?? .zero }
            return MatchRule(early: spans[0], late: spans[1], mergeGap: spans[2], hold: spans[3], start: start)
        }
    }

    func validate() throws {
        guard (1...256).contains(workers) else { throw ValidationError("--workers takes 1 to 256.") }
        guard !allClips.isEmpty else {
            throw ValidationError("No clip is given: neurond evaluate --labels FILE... CLIP...")
        }
        guard !kind.isEmpty, kind.allSatisfy({ $0.isASCII && ($0.isLowercase || $0 == "-") }) else {
            throw ValidationError("--type takes a kind of alert such as motion, not '\(kind)'.")
        }
        if let sampling, SamplingMode(sampling) == nil {
            throw ValidationError(
                "--sampling takes auto, always, keyframes or fps:N with N from 0.1 to 120, not '\(sampling)'."
            )
        }
        do throws(StationError) {
            _ = try requirements()
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() async throws {
        try await ExitCodes.translating {
            let requirements = try requirements()
            let plan = try plan()
            let evaluation = Evaluation(
                plan,
                jobs: try plan.jobs(camera: camera, sampling: sampling.flatMap { SamplingMode($0) })
            )
            let result = try play(evaluation)
            print(
                json
                    ? EvaluationDocument(result, requirements: requirements).json
                    : EvaluationTable(result, requirements: requirements).text
            )
            try judge(requirements, of: result)
        }
    }

    /// Everything that does not look like labels.
    private var allClips: [String] { clips + labels.filter { !Self.isLabels($0) } }

    private static func isLabels(_ path: String) -> Bool { path.lowercased().hasSuffix(".json") }

    private func requirements() throws(StationError) -> [EvaluationRequirement] {
        var list: [EvaluationRequirement] = []
        for text in required { list += try EvaluationRequirement.list(text) }
        return list
    }

    private func plan() throws -> EvaluationPlan {
        let files = try LabelPairing().labels(for: allClips, among: labels.filter(Self.isLabels))
        let pairs = try zip(allClips, files).map { clip, file in
            EvaluationPlan.Clip(path: clip, labels: try ClipLabels(file: file))
        }
        let first = try configurationPath.map(ConfigurationOption.read)
        var candidates = [EvaluationPlan.Candidate(name: configurationPath ?? "defaults", configuration: first)]
        if let opponentPath {
            candidates.append(.init(name: opponentPath, configuration: try ConfigurationOption.read(opponentPath)))
        }
        return EvaluationPlan(clips: pairs, candidates: candidates, kind: kind, rule: matching.rule)
    }

    private func play(_ evaluation: Evaluation) throws -> EvaluationResult {
        let stopSignals = StopSignals { evaluation.stop() }
        let line = ProgressLine {
            let (done, all) = evaluation.progress
            return "\(done) of \(all) clips played"
        }
        let result = evaluation.run(workers: workers)
        line.stop()
        if let signal = stopSignals.caught { throw ExitCode(128 + signal) }
        if let fault = result.fault { throw fault }
        for failure in result.candidates.flatMap(\.clips).compactMap(\.failure) {
            Terminal.say("neurond: \(failure.error.message) What came before was judged.")
        }
        return result
    }

    private func judge(_ requirements: [EvaluationRequirement], of result: EvaluationResult) throws {
        let failed = zip(requirements, result.measured(requirements)).filter { !$0.isMet(by: $1) }
        guard !failed.isEmpty else { return }
        for (requirement, value) in failed {
            let measured = value.map { "is \($0.rounded(toDecimals: 4))" } ?? "could not be measured on these clips"
            Terminal.say("neurond: \(requirement) was required, and it \(measured).")
        }
        throw ExitCode.failure
    }
}

extension MatchRule.Start: ExpressibleByArgument {}
