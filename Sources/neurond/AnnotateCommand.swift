import ArgumentParser
import Glibc
import NeuronConfiguration
import NeuronCore
import NeuronMedia
import NeuronSampling
import NeuronStation

/// `neurond annotate`: what the detector saw, drawn on the picture.
struct AnnotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annotate",
        abstract: "Draws on a clip what the detector saw: cells, boxes, zones, masks, gates.",
        discussion: """
            Amber cells differ from the background, violet ones do so all the time. Boxes: red goes somewhere, yellow only differs, \
            grey is out of sight, white is the motion of a zone. Below: each gate's value against its limit, green where it is \
            passed. Above: time, camera, what keeps the detector from looking, open alerts. Before anything is drawn, masks are \
            black and licence plates painted over (plates: {blur: false} leaves them). A file that is there is replaced. Exit 66 where there is no such clip, 65 where it is no video, 74 where the \
            output cannot be written.

            Examples:
              neurond annotate clip.mp4 --output seen.mp4
              neurond annotate clip.mp4 --output seen --pictures png --every 10
            """
    )

    @Argument(help: "A recorded clip.", completion: .file())
    var clip: String

    @Option(help: ArgumentHelp("NAME.mp4, or a folder for numbered pictures.", valueName: "path"), completion: .file())
    var output: String

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The configuration file (YAML).", valueName: "file"),
        completion: .configuration
    )
    var configurationPath: String?

    @Option(help: ArgumentHelp("The camera to play it as.", valueName: "id"), completion: .camera)
    var camera: String?

    @Option(help: ArgumentHelp("Where drawing begins; the detector sees what comes before too.", valueName: "seconds"))
    var from = 0.0

    @Option(help: ArgumentHelp("Where it ends.", valueName: "seconds"))
    var to: Double?

    @Option(help: ArgumentHelp("Draw one picture of so many.", valueName: "n"))
    var every = 1

    @Option(help: "What pictures in a folder are: jpeg or png.")
    var pictures = PictureWriter.Format.jpeg

    func validate() throws {
        guard every >= 1 else { throw ValidationError("--every takes 1 or more.") }
        for seconds in [from, to ?? from] where !(0...1e9).contains(seconds) {
            throw ValidationError("--from and --to take seconds of the clip, not \(seconds).")
        }
        if let to, to < from { throw ValidationError("--to \(to) lies before --from \(from).") }
    }

    func run() async throws {
        try await ExitCodes.translating {
            let target = try AnnotationTarget(path: output, format: pictures)
            guard !isClip(target.path) else {
                throw ExitCodes.failure(ExitCode(EX_USAGE), "--output \(target.path) is the clip itself.")
            }
            let annotation = Annotation(try job(), to: target, selection: selection)
            let stopSignals = StopSignals { annotation.stop() }
            let line = ProgressLine { "\(annotation.drawn) pictures drawn" }
            defer { line.stop() }
            let count = try annotation.run()
            if let signal = stopSignals.caught { throw ExitCode(128 + signal) }
            line.stop()
            Terminal.say("\(target.path): \(count) picture\(count == 1 ? "" : "s")")
        }
    }

    private func job() throws -> ReplayJob {
        let configuration = try configurationPath.map(ConfigurationOption.read)
        let jobs = try ReplayPlanner(configuration, camera: camera, sampling: .always).jobs(for: [clip])
        guard let job = jobs.first else { throw ExitCodes.failure(ExitCodes.noInput, "no clip was given.") }
        return job
    }

    private var selection: Annotation.Selection {
        let time = { (seconds: Double) in MediaTime(nanoseconds: TimeSpan(seconds: seconds)?.nanoseconds ?? 0) }
        return Annotation.Selection(from: time(from), to: to.map(time), every: every)
    }

    /// Whether the output would replace what is read.
    private func isClip(_ path: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(path, &first) == 0, stat(clip, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}

extension PictureWriter.Format: ExpressibleByArgument {}
