import ArgumentParser
import NeuronConfiguration
import NeuronCore
import NeuronOutbox
import NeuronStation

/// `neurond tail`: alerts from the outbox, as JSON Lines.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Prints alerts from the outbox as JSON Lines, also while the daemon runs.",
        discussion: """
            The outbox lies in the state folder: that of --config, else --state, else $STATE_DIRECTORY, else ./state, else that of \
            the service. Exit 64 where no event is called so, 66 where there is no outbox, 74 where it cannot be read.

            Examples:
              neurond tail --since 1h --type motion.started
              neurond tail --follow | jq -r '.time + " " + .type'
              neurond tail --open | jq -r .data.sensor.id
            """
    )

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The daemon's configuration file.", valueName: "file"),
        completion: .configuration
    )
    var configurationPath: String?

    @Option(help: ArgumentHelp("The daemon's state folder.", valueName: "folder"), completion: .directory)
    var state: String?

    @Flag(help: "Go on with what is still to come.")
    var follow = false

    @Option(
        help: ArgumentHelp(
            "Events from this time on: RFC 3339, or an age such as 90s, 10m, 2h or 7d.",
            valueName: "time"
        )
    )
    var since: String?

    @Option(
        help: ArgumentHelp("One kind of event: motion, motion.started or a whole CloudEvents type.", valueName: "type")
    )
    var type: EventTypeArgument?

    @Flag(help: "Only the starts of alerts that have not ended.")
    var open = false

    func validate() throws {
        if open, follow { throw ValidationError("--open shows what is open now; it cannot be followed.") }
        try type?.validate()
        if let since, Self.time(since, now: .epoch) == nil {
            throw ValidationError(
                "--since takes a time such as 2026-11-20T08:00:00Z or an age such as 10m, not '\(since)'."
            )
        }
    }

    func run() async throws {
        do {
            try await print(from: OutboxReader(path: try path()))
        } catch let error as OutboxError {
            throw ExitCodes.failure(
                error.code == .missing ? ExitCodes.noInput : ExitCodes.inputOutput,
                error.description
            )
        }
    }

    private func print(from reader: OutboxReader) async throws {
        let filter = OutboxFilter(
            since: since.flatMap { Self.time($0, now: SystemClock().wallNow()) },
            type: type?.pattern
        )
        if open {
            for alert in try await reader.openAlerts(filter) { Terminal.writeLine(alert.body) }
        } else {
            for try await alert in OutboxFeed(reader, filter: filter, isFollowing: follow) {
                Terminal.writeLine(alert.body)
            }
        }
    }

    private func path() throws -> String {
        try StateFolder.path(configurationPath, state) + "/outbox.db"
    }

    /// In seconds; what 64 bits of nanoseconds hold is little more.
    private static let longestAge: Int64 = 9_000_000_000

    private static func time(_ text: String, now: WallTime) -> WallTime? {
        if let time = WallTime(rfc3339: text) { return time }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (0...longestAge / unit).contains(count)
        else { return nil }
        return now - .seconds(count * unit)
    }
}
