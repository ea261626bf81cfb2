import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import NeuronCore
import ServiceLifecycle
import Synchronization

/// The console's HTTP server: it listens for as long as the daemon runs, and tries again where it cannot.
///
/// A port that is taken is no reason for a box to stop watching: it is said once, and tried with growing patience.
package final class ConsoleServer: Service {
    private let settings: ConsoleSettings
    private let feed: any ConsoleFeed
    private let clock: any NeuronClock
    private let logger: Logger
    private let port = Mutex<Int?>(nil)
    private let ports: AsyncStream<Int>
    private let tellPort: AsyncStream<Int>.Continuation

    /// Makes a server that does not listen yet.
    package init(
        _ settings: ConsoleSettings,
        feed: any ConsoleFeed,
        clock: any NeuronClock = SystemClock(),
        logger: Logger
    ) {
        self.settings = settings
        self.feed = feed
        self.clock = clock
        self.logger = logger
        (ports, tellPort) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The port that it listens at, as soon as it does; one reader.
    package var boundPorts: AsyncStream<Int> { ports }

    /// Serves until the daemon stops.
    package func run() async throws {
        if let objection = settings.objection {
            logger.error("the console is not served: \(objection)")
            return await waitForStop()
        }
        await cancelWhenGracefulShutdown { await self.serveForever() }
        tellPort.finish()
    }

    private func serveForever() async {
        var wait = Duration.seconds(1)
        var hasComplained = false
        while !Task.isCancelled {
            do {
                try await serve()
            } catch {
                guard !Task.isCancelled else { return }
                let level: Logger.Level = hasComplained ? .debug : .warning
                logger.log(
                    level: level,
                    "the console cannot listen at \(settings.address) and keeps trying: \(error)"
                )
                hasComplained = true
            }
            guard (try? await Task.sleep(for: wait)) != nil else { return }
            wait = min(wait * 2, .seconds(60))
        }
    }

    /// Serves until the task is cancelled or the address cannot be had.
    private func serve() async throws {
        let book = ConnectionBook(most: settings.limits.connections)
        let application = application(book)
        try await withTaskCancellationHandler {
            try await application.run()
        } onCancel: {
            // A client that keeps its connection must not hold up the stop.
            book.endAll()
        }
    }

    private func application(_ book: ConnectionBook) -> Application<ConsoleResponder> {
        let limits = settings.limits
        var configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(book: book, patience: limits.stalled)],
            idleTimeout: TimeAmount(limits.idle)
        )
        configuration.httpDecoder.maxHeaderFieldSize = limits.headerBytes
        configuration.httpDecoder.maxHeaderListSize = limits.headerBytes
        configuration.httpDecoder.maxHeaderFieldCount = limits.headers
        return Application(
            responder: responder(book),
            server: .http1(configuration: configuration),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.address.host, port: settings.address.port)
            ),
            onServerRunning: { [self] channel in listening(channel) },
            logger: Logger(label: "console") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func responder(_ book: ConnectionBook) -> ConsoleResponder {
        let figures = RequestFigures()
        let desk = settings.token.map { TokenDesk(token: $0, clock: clock) }
        let routes = ConsoleRoutes(
            feed: feed,
            desk: desk,
            limits: settings.limits,
            clock: clock,
            book: book,
            eventStreams: StreamGate(most: settings.limits.eventStreams),
            pictureStreams: StreamGate(most: settings.limits.pictureStreams),
            checks: StreamGate(most: settings.limits.checks),
            figures: figures
        )
        return ConsoleResponder(
            routes: routes.all,
            origin: RequestOrigin(address: settings.address, hosts: settings.hosts),
            desk: desk,
            limits: settings.limits,
            logger: logger,
            figures: figures
        )
    }

    private func listening(_ channel: any Channel) {
        let address = ConsoleAddress(
            host: settings.address.host,
            port: channel.localAddress?.port ?? settings.address.port
        )
        logger.notice("console", metadata: ["listen": "\(address)"])
        tellPort.yield(address.port)
    }

    private func waitForStop() async { try? await gracefulShutdown() }
}
