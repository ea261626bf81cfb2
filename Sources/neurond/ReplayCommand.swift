import ArgumentParser
import Glibc
import NeuronConfiguration
import NeuronCore
import NeuronMedia
import NeuronSampling
import NeuronStation

/// `neurond replay`: recorded clips through the daemon's own pipeline.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Plays recorded clips and prints their alerts as JSON Lines.",
        discussion: """
            The same clip with the same configuration gives the same bytes, on any machine and with any number of workers. Without \
            --config each clip is a camera of its own, named after its file. With it, a clip is played as the camera that --camera \
            names, else as the one whose source it is, else as the only one; clips of the same camera follow each other on one \
            time line. Ctrl-C ends what is open as a clip's end does; a second one ends the program at once. Exit 66 where there \
            is no such clip, 65 where it is no video, 78 where the configuration is wrong.

            Examples:
              neurond replay clip.mp4 --stats
              neurond replay clip.mp4 --config my.yaml --camera gate-north
              neurond replay *.mp4 --workers 4 | jq -r '.time + " " + .type'
            """
    )

    @Argument(help: "Recorded clips.", completion: .file())
    var clips: [String]

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The configuration file (YAML).", valueName: "file"),
        completion: .configuration
    )
    var configurationPath: String?

    @Option(help: ArgumentHelp("The camera to play them as.", valueName: "id"), completion: .camera)
    var camera: String?

    @Option(
        help: ArgumentHelp(
            "auto, always, keyframes or fps:N, instead of what the camera has.",
            valueName: "mode"
        ),
        completion: .sampling
    )
    var sampling: String?

    @Option(help: "As fast as the box can (max), or at the speed of the recording (realtime).")
    var pace = Pace.max

    @Option(help: ArgumentHelp("The time of the first picture, RFC 3339.", valueName: "time"))
    var start = "1970-01-01T00:00:00Z"

    @Option(help: "How many cameras are played at the same time.")
    var workers = 1

    @Option(
        name: .customLong("evidence"),
        help: ArgumentHelp("Write pictures and clips of the alerts there.", valueName: "dir"),
        completion: .directory
    )
    var evidenceFolder: String?

    @Flag(help: "Print frames, seconds per stage and the speed to stderr.")
    var stats = false

    /// How fast a clip is played.
    enum Pace: String, ExpressibleByArgument, CaseIterable {
        case max
        case realtime
    }

    func validate() throws {
        guard (1...256).contains(workers) else { throw ValidationError("--workers takes 1 to 256.") }
        guard WallTime(rfc3339: start) != nil else {
            throw ValidationError("--start takes a time such as 2026-11-20T08:00:00Z, not '\(start)'.")
        }
        if let sampling, SamplingMode(sampling) == nil {
            throw ValidationError(
                "--sampling takes auto, always, keyframes or fps:N with N from 0.1 to 120, not '\(sampling)'."
            )
        }
    }

    func run() async throws {
        let replay = try await ExitCodes.translating { Replay(try jobs(), options: try options()) }
        let bar = ReplayProgress(replay)
        let meter = ReplayMeter()
        let stopSignals = StopSignals { replay.stop() }
        let outcomes = replay.run(workers: workers) { Terminal.writeLine($0) }
        bar.stop()
        for failure in outcomes.flatMap(\.failures) {
            Terminal.say("neurond: \(failure.error.message)\(failure.hasPlayed ? " What came before was played." : "")")
        }
        if stats { Terminal.say(meter.report(outcomes)) }
        if let signal = stopSignals.caught { throw ExitCode(128 + signal) }
        if let code = exitCode(outcomes) { throw code }
    }

    private func jobs() throws -> [ReplayJob] {
        let configuration = try configurationPath.map(ConfigurationOption.read)
        return try ReplayPlanner(configuration, camera: camera, sampling: sampling.flatMap(SamplingMode.init))
            .jobs(for: clips)
    }

    private func options() throws -> ReplayJob.Options {
        ReplayJob.Options(
            start: WallTime(rfc3339: start) ?? .epoch,
            isRealTime: pace == .realtime,
            evidence: try evidenceFolder.map(ReplayEvidence.store)
        )
    }

    /// Nothing where each clip gave pictures: a clip that is cut off is played as far as it goes.
    private func exitCode(_ outcomes: [ReplayJob.Outcome]) -> ExitCode? {
        outcomes.flatMap(\.failures).first { !$0.hasPlayed }.map { ExitCode($0.error.clipExitCode) }
    }
}
