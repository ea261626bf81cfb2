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
        discussion: "A second SIGTERM or SIGINT ends it at once; what was committed is safe."
    )

    @OptionGroup var file: ConfigurationOption

    @Option(help: "Decode workers for all cameras; one per core unless given.")
    var workers: Int?

    func validate() throws {
        if let workers, !(1...256).contains(workers) { throw ValidationError("--workers takes 1 to 256.") }
    }

    func run() async throws {
        // A reader of our stdout that goes away is that sink's failure and not ours.
        signal(SIGPIPE, SIG_IGN)
        let configuration = try file.read()
        let logger = StationLog.logger(level: configuration.log.level.rawValue)
        do {
            let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            try await Daemon(configuration, logger: logger).run(workers: workers ?? cores)
        } catch let error as StationError {
            throw ExitCodes.failure(ExitCode(error.exitCode), error.description)
        }
    }
}
