import ArgumentParser
import NeuronConfiguration
import NeuronIncidents

/// `neurond schema`: the published JSON Schemas.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of the configuration or of an alert."
    )

    /// What there is a schema of.
    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case config
        case alert
    }

    @Argument(help: "config or alert.")
    var subject: Subject

    func run() {
        switch subject {
        case .config: print(ConfigurationSchema.json)
        case .alert: print(AlertSchema.json, terminator: "")
        }
    }
}
