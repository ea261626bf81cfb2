import ArgumentParser
import Glibc
import NeuronConfiguration
import NeuronStation

/// `neurond check`: whether a configuration is right.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a configuration file and names every mistake in it.",
        discussion: """
            Reads the file as run does and starts nothing. Each mistake is a line FILE:LINE:COLUMN: message on stderr, in a form \
            that editors can follow. Exit 0 where it is right, 78 where it is not.

            Examples:
              neurond check
              neurond check --config my.yaml && sudo systemctl restart neurond
              neurond check --json | jq -r '.problems[] | "\\(.line): \\(.message)"'
            """
    )

    @OptionGroup var file: ConfigurationOption

    @Flag(
        help:
            "One JSON object on stdout: file, valid, cameras, problems with line, column, path and message, and how many more are omitted."
    )
    var json = false

    @OptionGroup var colour: ColourOption

    func run() throws {
        let configuration: Configuration
        do throws(ConfigurationProblems) {
            configuration = try ConfigurationReader.read(file: file.path, environment: ProcessEnvironment.current)
        } catch {
            try tell(error)
            throw ExitCodes.configuration
        }
        try tell(configuration)
    }

    private func tell(_ configuration: Configuration) throws {
        let cameras = configuration.cameras.count
        guard !json else {
            return try Terminal.writeJSON(
                Line(file: file.path, valid: true, cameras: cameras, problems: [], omitted: 0)
            )
        }
        let count = cameras == 0 ? "no camera yet" : "\(cameras) camera\(cameras == 1 ? "" : "s")"
        Terminal.say("\(file.path): \(colour.palette(on: STDERR_FILENO)("right", .good)), with \(count)")
    }

    private func tell(_ mistakes: ConfigurationProblems) throws {
        if json {
            let problems = mistakes.problems.map {
                Line.Problem(line: $0.line, column: $0.column, path: $0.path, message: $0.message)
            }
            let omitted = mistakes.omittedCount
            return try Terminal.writeJSON(Line(file: file.path, valid: false, problems: problems, omitted: omitted))
        }
        let palette = colour.palette(on: STDERR_FILENO)
        for problem in mistakes.problems {
            let place = palette("\(mistakes.file):\(problem.line):\(problem.column):", .title)
            let path = problem.path.isEmpty ? "" : palette("\(problem.path):", .alarm) + " "
            Terminal.say("\(place) \(path)\(problem.message)")
        }
        guard mistakes.omittedCount > 0 else { return }
        Terminal.say("\(mistakes.file): \(mistakes.omittedCount) more mistakes are not listed")
    }

    /// What `--json` prints.
    private struct Line: Encodable {
        var file: String
        var valid: Bool
        var cameras: Int?
        var problems: [Problem]
        /// Mistakes beyond those that are listed.
        var omitted: Int

        struct Problem: Encodable {
            var line: Int
            var column: Int
            var path: String
            var message: String
        }
    }
}
