import ArgumentParser
import NeuronCore
import NeuronVision

/// The command line: one file per subcommand, and no logic beyond reading arguments and choosing an exit code.
@main
struct Neurond: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neurond",
        abstract: "Turns cameras and recorded clips into JSON alerts.",
        discussion: """
            stdout carries data only, JSON Lines where it says so; people and logs get stderr.

            Exit codes: 0 done, 64 usage, 65 bad data, 66 no input, 69 unavailable, 74 input or output, 78 configuration; 130 and \
            143 where SIGINT or SIGTERM ended it.

            To begin:
              neurond probe rtsp://10.0.0.21/stream1
              neurond check --config my.yaml
              neurond run --config my.yaml
              neurond tail --follow
            """,
        version: NeurondVersion.text,
        groupedSubcommands: [
            CommandGroup(name: "Daemon", subcommands: [RunCommand.self, CheckCommand.self]),
            CommandGroup(name: "Alert", subcommands: [TailCommand.self, AlertsCommand.self]),
            CommandGroup(name: "Camera", subcommands: [ProbeCommand.self, DevicesCommand.self]),
            CommandGroup(
                name: "Clip and picture",
                subcommands: [
                    ReplayCommand.self, EvaluateCommand.self, AnnotateCommand.self, PlatesCommand.self,
                ]
            ),
            CommandGroup(
                name: "Setup",
                subcommands: [SchemaCommand.self, AccessCommand.self, BenchCommand.self]
            ),
        ]
    )

    /// Takes the arguments, hides the passwords in them from `ps`, and runs the subcommand.
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        AllocatorLimits.set(arenas: 2, mappedBytes: 128 << 10)
        Terminal.holdStandardStreams()
        ProcessTitle.hideSecrets()
        if case .failure(let error) = KernelTarget.chosen {
            exit(withError: ExitCodes.failure(ExitCodes.configuration, error.description))
        }
        if let problem = SubcommandCheck.problem(in: arguments, of: Self.self) {
            exit(withError: ExitCodes.failure(ExitCodes.usage, problem))
        }
        do {
            var command = try await asyncParseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// Ends as the library would, but never repeats a password.
    private static func end(with error: any Error) -> Never {
        let message = fullMessage(for: error)
        if ProcessTitle.withoutSecrets(message) == message { exit(withError: error) }
        Terminal.say(message)
        exit(withError: exitCode(for: error))
    }
}
