import Glibc
package import NeuronCore
import Synchronization

/// A connection to an MQTT 5 broker.
///
/// One thread of its own holds it, and libmosquitto never queues more than one window. An event counts as delivered when
/// the broker has acknowledged it and somebody subscribes to it; ``MQTTSettings/Acknowledgement/receipt`` waits for more.
package final class MQTTLink: BusLink {
    private let settings: MQTTSettings
    private let clock: any NeuronClock
    private let mailbox: MQTTMailbox
    private let hasThread = Mutex(false)

    /// Makes a link; nothing is connected before ``open()``.
    ///
    /// - Throws: where the process has no file descriptor left.
    package init(_ settings: MQTTSettings, clock: any NeuronClock) throws {
        self.settings = settings
        self.clock = clock
        mailbox = try MQTTMailbox(settings)
    }

    deinit { mailbox.close() }

    package var name: String { settings.name }
    package var pace: DeliveryPace { DeliveryPace(batchSize: min(20, max(1, settings.window)), keepsOrder: false) }
    package var messages: AsyncStream<BusMessage> { mailbox.messages }
    package var changes: AsyncStream<Void> { mailbox.changes }
    package var condition: LinkCondition { mailbox.condition }

    package func open() async throws {
        try checkFiles()
        // What the library refuses by itself shows here and not with the first connection.
        _ = try MosquittoHandle.make(settings)
        guard !mailbox.isClosing else { throw MQTTError.closed(name) }
        let isFirst = hasThread.withLock { hasThread in
            defer { hasThread = true }
            return !hasThread
        }
        guard isFirst else { return }
        let runner = MQTTRunner(settings: settings, clock: clock, mailbox: mailbox)
        // Never joined: a connection that the network swallows may hold it for minutes, and close() does not wait for that.
        _ = DedicatedThread(name: "mqtt-" + name) { runner.run() }
    }

    private func checkFiles() throws(MQTTError) {
        let files = [
            (settings.tls?.caFile, "file of authorities"), (settings.tls?.certificateFile, "client certificate"),
            (settings.tls?.keyFile, "key of the client certificate"),
        ]
        for case (let path?, let what) in files {
            guard let file = try? OpenFile(path: path, flags: O_RDONLY, mode: 0),
                (try? file.read(at: 0, count: 1))?.count == 1
            else { throw .unreadable(path, what) }
        }
    }

    @discardableResult
    package func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport {
        let plan = MQTTDelivery(alerts, settings, now: clock.wallNow())
        guard !plan.publications.isEmpty else { return plan.report([], nil) }
        let (outcomes, error) = try await send(plan.publications)
        let unheard = outcomes.count { $0 == .answered(MQTTReason.noSubscribers.code) }
        if unheard > 0 { mailbox.countUnheard(unheard) }
        return plan.report(outcomes, error)
    }

    package func publish(_ publication: BusPublication) async throws {
        let message = MQTTPublication(
            topic: publication.topic,
            payload: publication.payload,
            isRetained: publication.isRetained,
            contentType: publication.contentType,
            correlation: publication.correlation
        )
        let (outcomes, error) = try await send([message])
        switch outcomes.first {
        case .answered(let code) where code < 0x80: return
        case .answered(let code):
            throw MQTTError(
                .refused,
                "The broker at \(settings) did not take what was said at \(message.topic) (\(MQTTReason(code: code)))."
            )
        case .refused(let reason): throw MQTTError(.refused, "Nothing was said at \(message.topic): \(reason).")
        default: throw error ?? MQTTError.unanswered(settings, 1)
        }
    }

    private func send(_ publications: [MQTTPublication]) async throws -> ([MQTTOutcome], MQTTError?) {
        try await withCheckedThrowingContinuation { caller in
            let order = MQTTOrder(
                publications: publications,
                deadline: clock.monotonicNow() + settings.patience
            ) { outcomes, error in
                caller.resume(returning: (outcomes, error))
            }
            do throws(MQTTError) {
                try mailbox.post(order)
            } catch {
                caller.resume(throwing: error)
            }
        }
    }

    package func close() async {
        mailbox.close()
        guard hasThread.withLock(\.self) else { return mailbox.ended() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [end = mailbox.end] in for await _ in end {} }
            group.addTask { try? await Task.sleep(for: .seconds(3)) }
            await group.next()
            group.cancelAll()
        }
    }
}
