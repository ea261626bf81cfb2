import ArgumentParser
import NeuronConfiguration

/// `neurond acl`: what a broker should let the boxes of some configurations do.
struct AccessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acl",
        abstract: "Prints the access list of a broker, made of the boxes' configurations.",
        discussion: """
            For mosquitto the file behind acl_file, for nats a block to include; docs/bus.md says how to use them. Exit 78 where a \
            configuration is wrong or has no sink for that broker.

            Example:
              neurond acl --for nats --config box-*.yaml --desk street_s005=d310104/s005
            """
    )

    /// For which broker.
    enum Broker: String, ExpressibleByArgument, CaseIterable {
        case mosquitto
        case nats
    }

    @Option(name: .customLong("for"), help: "mosquitto or nats.")
    var broker: Broker

    @Option(
        name: .customLong("config"),
        parsing: .upToNextOption,
        help: ArgumentHelp("The configuration of each box (YAML).", valueName: "file"),
        completion: .configuration
    )
    var files: [String]

    @Option(
        help: ArgumentHelp("A desk that reads and answers all below a place; repeatable.", valueName: "user=d/s/c/g")
    )
    var desk: [String] = []

    @Option(help: ArgumentHelp("A desk that also gives commands there; repeatable.", valueName: "user=d/s/c/g"))
    var control: [String] = []

    func run() throws {
        let configurations = try files.map { try ConfigurationOption.read($0) }
        let desks =
            try desk.map { try Self.desk($0, commands: false) } + control.map { try Self.desk($0, commands: true) }
        do throws(AccessError) {
            let list = try AccessList(boxes: configurations, desks: desks)
            print(try broker == .mosquitto ? list.mosquitto() : list.nats(), terminator: "")
        } catch {
            throw ExitCodes.failure(ExitCodes.configuration, error.description)
        }
    }

    private static func desk(_ text: String, commands: Bool) throws -> DeskAccess {
        if let desk = DeskAccess(text, commands: commands) { return desk }
        throw ValidationError(
            "A desk is USER=DISTRICT[/STREET[/COMMUNITY[/GRID]]] in the characters of topics, as in street_s005=d310104/s005."
        )
    }
}
