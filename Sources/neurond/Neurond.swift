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
            Exit codes: 0 done, 64 usage, 65 bad data, 66 no input, 69 unavailable, 74 input or output, 78 configuration.
            """,
        version: NeurondVersion.text,
        subcommands: [
            RunCommand.self, ReplayCommand.self, EvaluateCommand.self, AnnotateCommand.self, CheckCommand.self,
            ProbeCommand.self, DevicesCommand.self, TailCommand.self, AlertsCommand.self, AccessCommand.self,
            PlatesCommand.self,
            BenchCommand.self, SchemaCommand.self,
        ]
    )

    /// Takes the arguments, hides the passwords in them from `ps`, and runs the subcommand.
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        AllocatorArenas.limit(to: 2)
        Terminal.holdStandardStreams()
        ProcessTitle.hideSecrets()
        if case .failure(let error) = KernelTarget.chosen {
            exit(withError: ExitCodes.failure(ExitCodes.configuration, error.description))
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
