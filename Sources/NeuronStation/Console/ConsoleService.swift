import Logging
import NeuronConfiguration
import NeuronConsole
import NeuronCore
import ServiceLifecycle

/// The console as the configuration has it.
///
/// Nothing about it ends the daemon: a token that cannot be read is said, and the box goes on without a console.
enum ConsoleService {
    /// The server; nil where none is wanted or none may be.
    static func make(
        _ configuration: ConsoleConfiguration,
        feed: StationFeed,
        clock: any NeuronClock,
        logger: Logger
    ) -> (any Service)? {
        guard configuration.isEnabled else { return nil }
        var settings = ConsoleSettings(
            address: ConsoleAddress(host: configuration.listen.host, port: configuration.listen.port),
            hosts: configuration.hosts
        )
        do {
            if let reference = configuration.token {
                let reader = CredentialReader(environment: ProcessEnvironment.current)
                let (token, warning) = try reader.readSecret(reference)
                if let warning { logger.warning("\(warning)") }
                settings.token = token
            }
        } catch {
            logger.error("the console is not served: its token cannot be read: \(error)")
            return nil
        }
        return ConsoleServer(settings, feed: feed, clock: clock, logger: logger)
    }
}
