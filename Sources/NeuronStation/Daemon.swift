package import Logging
import NeuronBus
package import NeuronConfiguration
package import NeuronCore
import NeuronIncidents
import NeuronOutbox
import ServiceLifecycle
import UnixSignals

/// The daemon: cameras, outbox and sinks, started and stopped in the order of what depends on what.
package struct Daemon: Sendable {
    private let configuration: Configuration
    private let clock: any NeuronClock
    private let logger: Logger

    /// Makes a daemon that has not started.
    package init(_ configuration: Configuration, clock: any NeuronClock = SystemClock(), logger: Logger) {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT; returns when everything that was open is closed and delivered or kept.
    ///
    /// - Parameter workers: decode workers for all cameras; one per core is right.
    /// - Throws: `OutboxError` where alerts cannot be kept; nothing has started then.
    package func run(workers: Int) async throws {
        let sinks = configuration.sinks.map { $0.makeSink() }
        let outbox = try Outbox(OutboxSettings(configuration, sinks: sinks.map(\.name)), clock: clock)
        report(outbox.opening)
        try await closeInterrupted(in: outbox)
        let channel = AlertChannel()
        let plans = configuration.cameras.map {
            CameraPlan($0, box: configuration.box, clock: .arrival(ArrivalClock()))
        }
        let drivers = sinks.map { SinkDriver(sink: $0, outbox: outbox, logger: logger) as any Service }
        let recorder = AlertRecorder(channel: channel, outbox: outbox, logger: logger)
        let supervisor = CameraSupervisor(plans, workers: workers, channel: channel, clock: clock, logger: logger)
        // Stopped from the last to the first: cameras, then the recorder with their last words, then the sinks.
        let group = ServiceGroup(
            services: drivers + [recorder, supervisor],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quietLogger
        )
        logger.notice(
            "started",
            metadata: ["cameras": "\(plans.count)", "sinks": "\(sinks.map(\.name).joined(separator: " "))"]
        )
        try await group.run()
        await outbox.close()
        logger.notice("stopped")
    }

    /// The lifecycle library's own account of its services is of no use to an operator.
    private var quietLogger: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private func report(_ opening: OutboxOpening) {
        for line in opening.notices { logger.warning("\(line)") }
    }

    /// Ends what a daemon that died had left open.
    private func closeInterrupted(in outbox: Outbox) async throws {
        let open = try await outbox.openAlerts()
        let ends = open.compactMap { alert in
            do {
                return try InterruptedAlert.end(of: alert.body, at: alert.lastEventAt)
            } catch {
                logger.error("an open alert could not be read and stays open", metadata: ["alert": "\(alert.alertID)"])
                return nil
            }
        }
        guard !ends.isEmpty else { return }
        try await outbox.append(ends)
        logger.notice("closed alerts that were interrupted", metadata: ["count": "\(ends.count)"])
    }
}

extension SinkConfiguration {
    /// The sink that it describes, not yet open.
    fileprivate func makeSink() -> any AlertSink {
        switch kind {
        case .jsonl(let file):
            JSONLinesFile(name: name, path: file.path, rotateBytes: file.rotate.bytes, keepFiles: file.keep)
        case .stdout: StandardOutputSink(name: name)
        }
    }
}

extension OutboxSettings {
    fileprivate init(_ configuration: Configuration, sinks: [String]) {
        self.init(
            path: configuration.outboxPath,
            capacityBytes: configuration.outbox.capacity.bytes,
            historyKept: configuration.outbox.history,
            sinks: sinks
        )
    }
}

extension Configuration {
    /// Where the outbox's database lies.
    package var outboxPath: String { stateDirectory + "/outbox.db" }
}
