import Logging
import NeuronBus
import NeuronCore
import NeuronOutbox
import ServiceLifecycle

/// Carries events from the outbox to one sink as the sink's pace allows, and writes down what became of each.
///
/// Each sink has a driver of its own: one that is slow or dead delays no other.
struct SinkDriver: Service {
    let sink: any AlertSink
    let outbox: Outbox
    var clock: any NeuronClock = SystemClock()
    let logger: Logger
    /// What a stop may spend on delivering the rest; the outbox keeps what is left over.
    var farewell = Duration.seconds(3)
    /// Whether it may keep a batch for ever, as a file on a network disk that is gone; such a batch is left with it, unrecorded.
    var mayHang = false
    private let delivery = LeavableWork<DeliveryReport>()
    /// How long receipts may take, and events that the sink gave back wait.
    var terms = DeliveryTerms()
    /// Each of these ends a back-off, such as a connection that was made; nil where the sink has none.
    var prompts: AsyncStream<Void>?
    /// Counts what is handed over; nil for nobody who asks.
    var meter: SinkMeter?
    /// 0 to 1; what it gives shortens a back-off.
    var jitter: @Sendable () -> Double = { Double.random(in: 0...1) }
    /// Waits; ends early, by throwing, when its task is cancelled.
    var pause: @Sendable (TimeSpan) async throws -> Void = { try await Task.sleep(for: .nanoseconds($0.nanoseconds)) }
    /// Called once per outage with the sink's name and the ids of events, when three tries brought no receipt.
    var onNoReceipt: @Sendable (_ sink: String, _ eventIDs: [String]) async -> Void = { _, _ in }
    /// Called with the sink's name for each event that it refused for good; ten at once, then one a minute.
    ///
    /// Not for reports of the box's own health: what is said about a refusal could be refused too, and so for ever. The log
    /// and the outbox have them all.
    var onParked: @Sendable (_ sink: String, _ alert: StoredAlert, _ reason: String) async -> Void = { _, _, _ in }

    func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await letGoInTime() }
            await cancelWhenGracefulShutdown { await deliverForever() }
            await deliverRest()
            group.cancelAll()
        }
        await sink.close()
    }

    /// A broker or a disk that hangs keeps a batch for longer than a stop may take; closing a broker's link gives the batch back.
    ///
    /// A file gets twice the time: what is left with a disk that is only slow would be in the file a second time.
    private func letGoInTime() async {
        guard mayHang || sink is any BusLink else { return }
        try? await gracefulShutdown()
        try? await Task.sleep(for: mayHang ? farewell * 2 : farewell)
        if mayHang { delivery.leave() } else { await sink.close() }
    }

    private func deliverForever() async {
        let bell = DriverBell()
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in outbox.deliverySignals() { bell.ring() }
                bell.finish()
            }
            if let prompts { group.addTask { for await _ in prompts { bell.prompt() } } }
            await answer(bell)
            group.cancelAll()
        }
    }

    /// Delivers whenever it rings, until the outbox is closed or the task is cancelled.
    private func answer(_ bell: DriverBell) async {
        var plan = DeliveryPlan()
        var alarm: Task<Void, Never>?
        defer { alarm?.cancel() }
        for await _ in bell.rings {
            alarm?.cancel()
            if bell.takePrompt() { plan.prompted() }
            var wait = plan.remainingWait(at: clock.monotonicNow())
            if wait == nil { wait = await deliver(&plan) }
            guard let wait, !Task.isCancelled else { continue }
            alarm = Task { if (try? await pause(wait)) != nil { bell.ring() } }
        }
    }

    /// Delivers until nothing is due, the sink fails or the task is cancelled: a stop must not wait for a month's backlog.
    ///
    /// - Returns: how long until it is worth another look without news; nil where only news matter.
    private func deliver(_ plan: inout DeliveryPlan) async -> TimeSpan? {
        while !Task.isCancelled {
            do {
                guard let left = try await deliverBatch(&plan) else { continue }
                return left.wait
            } catch {
                if Task.isCancelled { return nil }
                return backOff(&plan, "\(error)")
            }
        }
        return nil
    }

    /// Why a driver stops for now, and how long it may; nil for until there are news.
    private struct Rest {
        var wait: TimeSpan?
    }

    /// Nil when it is worth going on at once.
    private func deliverBatch(_ plan: inout DeliveryPlan) async throws -> Rest? {
        let batch = try await outbox.next(for: sink.name, pace: sink.pace, freshAfter: plan.freshAfter)
        let unheard = plan.alarm(for: batch)
        if !unheard.isEmpty { await tellSilence(unheard) }
        guard !batch.alerts.isEmpty else {
            plan.idled(with: batch)
            return Rest(wait: batch.nextDue)
        }
        let (report, outcome) = try await handOver(batch)
        for refusal in outcome.parked { await tellRefusal(refusal, in: batch, &plan) }
        guard outcome.isProgress else {
            return Rest(wait: backOff(&plan, report.failure ?? "it took none of \(batch.alerts.count) alerts."))
        }
        if plan.isDown { logger.notice("\(sink.name): takes alerts again") }
        if outcome.leftOver > 0 {
            logger.log(
                level: plan.mayTellLeftOver(at: clock.monotonicNow()) ? .info : .debug,
                "\(sink.name): \(outcome.leftOver) alerts are left for later: \(report.failure ?? "no reason given")"
            )
        }
        plan.succeeded(with: batch)
        return nil
    }

    private func handOver(_ batch: DeliveryBatch) async throws -> (report: DeliveryReport, outcome: DeliveryOutcome) {
        do {
            let report = try await deliver(batch.alerts)
            let outcome = try await outbox.record(report, of: batch, for: sink.name, pace: sink.pace, terms: terms)
            meter?.note(outcome, of: sink.name)
            return (report, outcome)
        } catch {
            meter?.noteReturned(batch.alerts.count, of: sink.name)
            throw error
        }
    }

    private func deliver(_ alerts: [StoredAlert]) async throws -> DeliveryReport {
        guard mayHang else { return try await sink.deliver(alerts) }
        return try await delivery.run { [sink] in try await sink.deliver(alerts) }
    }

    private func backOff(_ plan: inout DeliveryPlan, _ reason: String) -> TimeSpan {
        meter?.noteFailure(of: sink.name, because: reason)
        let wait = plan.failed(at: clock.monotonicNow(), jitter: jitter())
        // In a long outage the same is said again and again; once it is known it is no news.
        let level: Logger.Level = plan.failures <= 9 ? .warning : .debug
        logger.log(level: level, "\(sink.name): \(reason) Trying again in \(wait.milliseconds) ms.")
        return wait
    }

    private func tellSilence(_ eventIDs: [String]) async {
        logger.error("\(sink.name): no receipt after \(DeliveryBatch.triesBeforeAlarm) tries; sending on, seldomer")
        await onNoReceipt(sink.name, eventIDs)
    }

    private func tellRefusal(
        _ refusal: DeliveryReport.Refusal,
        in batch: DeliveryBatch,
        _ plan: inout DeliveryPlan
    ) async {
        guard let alert = batch.alerts.first(where: { $0.row == refusal.row }) else { return }
        logger.error("\(sink.name): refused an alert for good: \(refusal.reason)", metadata: ["event": "\(alert.id)"])
        let isHealth = alert.type.hasPrefix("org.neurond.health.")
        guard !isHealth, plan.mayTellRefusal(at: clock.monotonicNow()) else { return }
        await onParked(sink.name, alert, refusal.reason)
    }

    private func deliverRest() async {
        await withTaskGroup { group in
            group.addTask {
                do {
                    var plan = DeliveryPlan()
                    while !Task.isCancelled, try await deliverBatch(&plan) == nil {}
                } catch {
                    logger.notice("\(sink.name): what is left waits in the outbox: \(error)")
                }
            }
            group.addTask { try? await Task.sleep(for: farewell) }
            await group.next()
            group.cancelAll()
        }
    }
}
