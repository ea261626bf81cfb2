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
            A stop takes up to 10 seconds where a disk or a camera is stuck; a second SIGTERM or SIGINT ends it at once. What was \
            committed is safe. SIGHUP is ignored: restart it after a change of the configuration.
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
        // Daemons are asked to reload with it; one that can't yet must not die of it.
        signal(SIGHUP, SIG_IGN)
        let configuration = try file.read()
        let logger = StationLog.logger(level: configuration.log.level.rawValue)
        do {
            let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            try await Daemon(configuration, file: file.path, logger: logger).run(
                workers: workers ?? configuration.limits.decodeWorkers ?? cores
            )
        } catch let error as StationError {
            throw ExitCodes.failure(ExitCode(error.exitCode), error.description)
        }
    }
}
