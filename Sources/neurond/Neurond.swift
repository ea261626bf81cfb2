import ArgumentParser
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
            RunCommand.self, ReplayCommand.self, CheckCommand.self, ProbeCommand.self, TailCommand.self,
            BenchCommand.self,
            SchemaCommand.self,
        ]
    )

    /// Takes the arguments, hides the passwords in them from `ps`, and runs the subcommand.
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        ProcessTitle.hideSecrets()
        if case .failure(let error) = KernelTarget.chosen {
            exit(withError: ExitCodes.failure(ExitCodes.configuration, error.description))
        }
        await main(arguments)
    }
}

/// The version of this program.
enum NeurondVersion {
    static let text = "0.1.0"
}
