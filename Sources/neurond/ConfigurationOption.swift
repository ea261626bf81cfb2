import ArgumentParser
import NeuronConfiguration
import NeuronStation

/// The configuration file that most subcommands take.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The configuration file (YAML).", valueName: "file"),
        completion: .configuration
    )
    var path = Self.servicePath

    /// Where the package puts the configuration of the service.
    static let servicePath = "/etc/neurond/neurond.yaml"

    /// Reads it; says every mistake and ends with 78 where there is one.
    func read() throws -> Configuration { try Self.read(path) }

    /// Reads a file; says every mistake and ends with 78 where there is one.
    static func read(_ path: String) throws -> Configuration {
        do throws(ConfigurationProblems) {
            return try ConfigurationReader.read(file: path, environment: ProcessEnvironment.current)
        } catch {
            Terminal.say(error.description)
            throw ExitCodes.configuration
        }
    }
}
