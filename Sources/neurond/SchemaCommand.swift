import ArgumentParser
import NeuronConfiguration
import NeuronIncidents

/// `neurond schema`: the published JSON Schemas.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints a JSON Schema: of the configuration, or of what goes over the bus.",
        discussion: """
            The schemas are draft 2020-12, and the same that the package puts into /usr/share/neurond/schema.

            Example:
              neurond schema config > neurond.schema.json
            """
    )

    /// What there is a schema of.
    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case config
        case alert
        case feedback
        case command
        case result
    }

    @Argument(help: "config, alert, feedback, command or result.")
    var subject: Subject

    func run() {
        switch subject {
        case .config: print(ConfigurationSchema.json)
        case .alert: print(AlertSchema.json, terminator: "")
        case .feedback: print(FeedbackSchema.json, terminator: "")
        case .command: print(CommandSchema.json, terminator: "")
        case .result: print(ResultSchema.json, terminator: "")
        }
    }
}
