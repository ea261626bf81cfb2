import Logging
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle
import Synchronization

/// Runs what lies behind the outbox, and replaces it as a whole where sinks or what brokers know of cameras change.
///
/// While it is replaced cameras go on and everything they tell is kept in the outbox, from where the new links take it.
final class ExchangeService: Service {
    /// The same all the time, whatever is replaced.
    let desk: AlertDesk

    private let outbox: Outbox
    private let clock: any NeuronClock
    private let logger: Logger
    private let cameras: @Sendable () -> Int
    private let current: Mutex<AlertExchange>
    private let running = Mutex<Running?>(nil)

    /// What runs, and who waits for its end with what comes next.
    private struct Running: Sendable {
        var group: ServiceGroup
        var successor: Successor?
    }

    private struct Successor: Sendable {
        var configuration: Configuration
        var sinks: [any AlertSink]
        var renamesSinks: Bool
        var done: CheckedContinuation<Void, any Error>
    }

    private static let patience = Duration.seconds(10)

    init(
        _ exchange: AlertExchange,
        outbox: Outbox,
        clock: any NeuronClock,
        logger: Logger,
        cameras: @escaping @Sendable () -> Int
    ) {
        desk = exchange.desk
        current = Mutex(exchange)
        self.outbox = outbox
        self.clock = clock
        self.logger = logger
        self.cameras = cameras
    }

    /// What runs now.
    var now: AlertExchange { current.withLock { $0 } }

    /// Whether a reload failed in such a way that no sink is open any more; the next one makes them.
    var isBroken: Bool { now.hasLostSinks }

    /// Commits what cameras tell, and says on the buses what follows from it.
    func record(_ drafts: [AlertDraft]) async throws {
        let said = try await desk.record(drafts)
        current.withLock(\.speaker).say(said)
    }

    func run() async throws {
        while true {
            let group = ServiceGroup(configuration: settings(of: current.withLock { $0 }.services(cameras: cameras)))
            running.withLock { $0 = Running(group: group) }
            do {
                try await group.run()
            } catch {
                running.withLock { $0.take() }?.successor?.done.resume(throwing: error)
                throw error
            }
            guard let successor = running.withLock({ $0.take() })?.successor else { return }
            await install(successor)
        }
    }

    /// Makes links and sinks anew.
    ///
    /// - Parameters:
    ///   - configuration: the new one.
    ///   - renamesSinks: whether sinks come or go; who goes loses what it had still to be given.
    /// - Throws: where the new ones can't be made; then the old ones go on.
    func replace(for configuration: Configuration, renamesSinks: Bool) async throws {
        let sinks = try await makeSinks(configuration)
        try await withCheckedThrowingContinuation { done in
            let group = running.withLock { running -> ServiceGroup? in
                running?.successor = Successor(
                    configuration: configuration,
                    sinks: sinks,
                    renamesSinks: renamesSinks,
                    done: done
                )
                return running?.group
            }
            guard let group else {
                return done.resume(throwing: StationError.unavailable("The daemon is starting or stopping."))
            }
            Task { await group.triggerGracefulShutdown() }
        }
    }

    /// Files of passwords may lie on a disk that hangs.
    private func makeSinks(_ configuration: Configuration) async throws -> [any AlertSink] {
        let clock = clock
        return try await onOwnThread(named: "reload") {
            let reader = CredentialReader(environment: ProcessEnvironment.current)
            return try SinkMaker(configuration: configuration, credentials: reader, clock: clock).make()
        }
    }

    private func install(_ successor: Successor) async {
        let old = current.withLock { $0 }
        let new = old.successor(successor.configuration, sinks: successor.sinks)
        do {
            try await new.openSinks()
            if successor.renamesSinks { try await rename(successor.sinks.map(\.name)) }
        } catch {
            await new.close()
            await reopen(old)
            return successor.done.resume(throwing: error)
        }
        await begin(new)
        successor.done.resume()
    }

    private func begin(_ exchange: AlertExchange) async {
        do {
            try await exchange.begin()
        } catch {
            logger.error("what the sinks refused before could not be offered to them again: \(error)")
        }
        current.withLock { $0 = exchange }
    }

    private func rename(_ names: [String]) async throws {
        for (sink, count) in try await outbox.changeSinks(to: names) where count > 0 {
            logger.warning("sink '\(sink)' is no longer configured: \(count) alerts will not be delivered there")
        }
    }

    /// Makes the sinks of before once more, for what was closed can't be opened again.
    ///
    /// Cameras go on in any case: where even these can't be had any more, alerts wait in the outbox.
    private func reopen(_ old: AlertExchange) async {
        var opened: AlertExchange?
        do {
            let again = old.successor(old.configuration, sinks: try await makeSinks(old.configuration))
            opened = again
            try await again.openSinks()
            await begin(again)
        } catch {
            // A link that was opened before another failed would go on, and take messages that nobody reads.
            await opened?.close()
            logger.critical("the sinks of before can't be opened either, and alerts wait in the outbox: \(error)")
            current.withLock { $0 = old.successor(old.configuration, sinks: []) }
        }
    }

    private func settings(of services: [any Service]) -> ServiceGroupConfiguration {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        var settings = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            logger: quiet
        )
        settings.maximumGracefulShutdownDuration = Self.patience
        return settings
    }
}
