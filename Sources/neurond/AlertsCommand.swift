import ArgumentParser
import Glibc
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronStation

/// `neurond alerts`: what a desk does over the bus, by hand.
struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Shows alerts that wait for somebody, and answers them.",
        discussion: """
            An id may be shortened to its beginning or its end, as long as only one alert is meant. What is changed is changed by \
            the daemon; where none runs, in its outbox. The state folder is that of --config, else --state, else $STATE_DIRECTORY, \
            else ./state, else that of the service. Exit 64 where an id means several alerts, 65 where the alert does not allow \
            the answer, 66 where there is no such alert or no outbox, 69 where the daemon does not answer.

            Examples:
              neurond alerts list
              neurond alerts ack 7FQ2 --as anna --note "patrol is on its way"
              neurond alerts close 7FQ2 --disposition falseAlarm --cause foliage
              neurond alerts list --json | jq -r 'select(.overdue) | .alertId'
            """,
        subcommands: [List.self, Show.self, Ack.self, Dispatch.self, Handle.self, Close.self, Reopen.self]
    )

    /// Where the alerts are and how they are printed.
    struct Place: ParsableArguments {
        @Option(
            name: .customLong("config"),
            help: ArgumentHelp("The daemon's configuration file.", valueName: "file"),
            completion: .configuration
        )
        var configurationPath: String?

        @Option(help: ArgumentHelp("The daemon's state folder.", valueName: "folder"), completion: .directory)
        var state: String?

        @Flag(help: "Print JSON, one line each.")
        var json = false

        func client() throws -> DeskClient {
            let logger = StationLog.logger(level: "warning")
            return try DeskClient(state: try StateFolder.path(configurationPath, state), logger: logger)
        }

    }

    /// Who speaks, and about which alert.
    struct Speaker: ParsableArguments {
        @Argument(help: "The alert's id, or the beginning or the end of it.", completion: .openAlert)
        var alert: String

        @Option(name: .customLong("as"), help: ArgumentHelp("Who says it; the user's name.", valueName: "name"))
        var name: String?

        @Option(help: "The desk that speaks: \(Self.desks); if not given, the one that has the alert.")
        var tier: AlertTier?

        private static let desks = AlertTier.allCases.map(\.rawValue).joined(separator: ", ")

        @Option(help: "A remark, at most 500 characters.")
        var note: String?

        @Option(
            name: .customLong("if-revision"),
            help: ArgumentHelp("Only where the alert is still as it was shown.", valueName: "number")
        )
        var ifRevision: Int?

        /// Says it and prints where the alert stands then.
        func say(
            _ verb: Feedback.Verb,
            in place: Place,
            _ more: (inout Feedback, AlertDocument) -> Void = { _, _ in }
        ) async throws {
            try await ExitCodes.translating {
                let client = try place.client()
                let document = try await client.alert(alert)
                let name = name ?? ProcessEnvironment.current["USER"] ?? "operator"
                let now = SystemClock().wallNow()
                var feedback = Feedback(
                    id: "\(document.alertId)-\(verb.rawValue)-\(now.nanoseconds)",
                    source: "urn:neurond:alerts:\(name)",
                    verb,
                    of: document.alertId,
                    at: now,
                    by: Actor(id: name, tier: tier ?? document.tier)
                )
                feedback.subject = document.subject
                feedback.note = note
                feedback.ifRevision = ifRevision
                more(&feedback, document)
                try Self.tell(try await client.say(feedback), in: place)
            }
        }

        private static func tell(_ result: ResultEvent, in place: Place) throws {
            if place.json { Terminal.writeLine(result.encoded) }
            if let reason = result.data.reason {
                let code = result.data.code == .unavailable ? ExitCodes.unavailable : ExitCodes.badData
                throw ExitCodes.failure(code, reason)
            }
            guard !place.json, let alert = result.data.alert else { return }
            Terminal.writeLine(
                Array(
                    "\(alert.id) \(alert.workflow.rawValue) at the \(alert.tier.rawValue) desk, revision \(alert.revision)"
                        .utf8
                )
            )
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists open alerts, the oldest first.")

        @OptionGroup(title: "Where, and in which form") var place: Place

        @Flag(help: "Closed ones too, as long as they are kept.")
        var all = false

        @Option(help: "Only those that stand with this desk.")
        var tier: AlertTier?

        @OptionGroup var colour: ColourOption

        func run() async throws {
            try await ExitCodes.translating {
                let palette = colour.palette(on: STDOUT_FILENO)
                let documents = try await place.client().documents(onlyOpen: !all)
                for document in documents where tier ?? document.tier == document.tier {
                    Terminal.writeLine(place.json ? document.encoded : Array(AlertsTable.row(document, palette).utf8))
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one alert: its document, and with --json its events behind it."
        )

        @OptionGroup(title: "Where, and in which form") var place: Place

        @Argument(help: "The alert's id, or the beginning or the end of it.", completion: .openAlert)
        var alert: String

        @OptionGroup var colour: ColourOption

        func run() async throws {
            try await ExitCodes.translating {
                let client = try place.client()
                let document = try await client.alert(alert)
                guard place.json else {
                    for line in AlertsTable.lines(document, colour.palette(on: STDOUT_FILENO)) {
                        Terminal.writeLine(Array(line.utf8))
                    }
                    return
                }
                Terminal.writeLine(document.encoded)
                for event in try await client.events(of: document) { Terminal.writeLine(event) }
            }
        }
    }

    struct Ack: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says that somebody looks after an alert.")

        @OptionGroup var speaker: Speaker
        @OptionGroup(title: "Where, and in which form") var place: Place

        func run() async throws { try await speaker.say(.acknowledged, in: place) }
    }

    struct Dispatch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says that somebody was sent.")

        @OptionGroup var speaker: Speaker
        @OptionGroup(title: "Where, and in which form") var place: Place

        @Option(help: "Who was sent.")
        var to: String?

        func run() async throws {
            try await speaker.say(.dispatched, in: place) { feedback, _ in feedback.dispatchedTo = to }
        }
    }

    struct Handle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says that an alert was dealt with on the spot.")

        @OptionGroup var speaker: Speaker
        @OptionGroup(title: "Where, and in which form") var place: Place

        func run() async throws { try await speaker.say(.handled, in: place) }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says what an alert was; that closes it.")

        @OptionGroup var speaker: Speaker
        @OptionGroup(title: "Where, and in which form") var place: Place

        @Option(
            help: "What it was: \(AlertDocument.Disposition.allCases.map(\.rawValue).joined(separator: ", "))."
        )
        var disposition: AlertDocument.Disposition

        @Option(help: "What made it, foliage for example.")
        var cause: String?

        func run() async throws {
            try await speaker.say(.evaluated, in: place) { feedback, _ in
                feedback.disposition = disposition
                feedback.cause = cause
            }
        }
    }

    struct Reopen: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes back that an alert is handled or closed.")

        @OptionGroup var speaker: Speaker
        @OptionGroup(title: "Where, and in which form") var place: Place

        func run() async throws {
            try await speaker.say(.reopened, in: place) { feedback, document in
                feedback.ifRevision = feedback.ifRevision ?? document.revision
            }
        }
    }
}

extension AlertTier: ExpressibleByArgument {}
extension AlertDocument.Disposition: ExpressibleByArgument {}
