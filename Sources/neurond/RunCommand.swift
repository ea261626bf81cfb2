import ArgumentParser
import Glibc
import Logging
import NeuronConfiguration
import NeuronStation

/// `neurond run`: the daemon.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the daemon until SIGTERM or SIGINT.",
        discussion: """
            A stop takes up to 10 seconds where a disk, a camera or a decoder is stuck, and then what it takes to close pictures, clips \
            (4 seconds at most) and the outbox; a second SIGTERM or SIGINT ends it at once. What was committed is safe. On SIGHUP the \
            configuration is read again: a wrong one is refused whole, and of a right one only the cameras that changed are restarted. \
            Under systemd it says when it is ready, how it fares, and that it gets on. Exit 78 where the configuration is wrong, 69 where \
            another neurond has the state folder, 74 where alerts cannot be kept or a stop lost some, 70 where a part of it ended by itself.

            Example:
              neurond run --config my.yaml
            """
    )

    @OptionGroup var file: ConfigurationOption

    @Option(help: "Decode workers for all cameras; unless given, as configured, else one per core.")
    var workers: Int?

    func validate() throws {
        if let workers, !(1...256).contains(workers) { throw ValidationError("--workers takes 1 to 256.") }
    }

    func run() async throws {
        // A reader of our stdout that goes away is that sink's failure and not ours.
        signal(SIGPIPE, SIG_IGN)
        // Until the daemon listens for it: one that is starting must not die of it.
        signal(SIGHUP, SIG_IGN)
        let configuration = try file.read()
        let logger = StationLog.logger(level: configuration.log.level.rawValue)
        try await ExitCodes.translating {
            let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            let reread = { @Sendable [path = file.path] () throws(ConfigurationProblems) in
                try ConfigurationReader.load(file: path, environment: ProcessEnvironment.current)
            }
            try await Daemon(configuration, file: file.path, logger: logger, reread: reread).run(
                workers: workers ?? configuration.limits.decodeWorkers ?? cores
            )
        }
    }
}
