import NeuronCore
import NeuronOutbox
import Testing

@testable import NeuronStation

@Suite struct DeliveryPlanTests {
    private func batch(fresh: Int64 = 7, unheard: [String] = [], receipts: Int = 0) -> DeliveryBatch {
        DeliveryBatch(alerts: [], freshAfter: fresh, nextDue: nil, unheard: unheard, receipts: receipts)
    }

    private let start = MonotonicTime(nanoseconds: 5)

    @Test func `failures double the wait from a quarter of a second to half a minute`() {
        var plan = DeliveryPlan()
        let waits = (0..<10).map { _ in plan.failed(at: start, jitter: 0).milliseconds }
        #expect(waits == [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    }

    @Test(arguments: [0, 0.3, 1, 5, -1, .infinity] as [Double])
    func `jitter shortens a wait by a quarter at most`(jitter: Double) {
        var plan = DeliveryPlan()
        #expect((187...250).contains(plan.failed(at: start, jitter: jitter).milliseconds))
    }

    @Test func `progress ends the back-off and starts it anew`() {
        var plan = DeliveryPlan()
        _ = plan.failed(at: start, jitter: 0)
        let wait = plan.failed(at: start, jitter: 0)
        #expect(plan.remainingWait(at: start) == wait && plan.remainingWait(at: start + wait) == nil)
        plan.succeeded(with: batch())
        #expect(plan.remainingWait(at: start) == nil)
        #expect(plan.failed(at: start, jitter: 0) == DeliveryPlan.shortestWait)
    }

    @Test func `a prompt ends a wait and not the doubling`() {
        var plan = DeliveryPlan()
        _ = plan.failed(at: start, jitter: 0)
        plan.prompted()
        #expect(plan.remainingWait(at: start) == nil)
        #expect(plan.failed(at: start, jitter: 0) == .milliseconds(500))
    }

    @Test func `a failure makes all that waits backlog`() {
        var plan = DeliveryPlan()
        #expect(plan.freshAfter == nil)
        plan.succeeded(with: batch(fresh: 9))
        #expect(plan.freshAfter == 9)
        _ = plan.failed(at: start, jitter: 0)
        #expect(plan.freshAfter == nil)
    }

    @Test func `missing receipts are told once until receipts come again`() {
        var plan = DeliveryPlan()
        #expect(plan.alarm(for: batch()) == [])
        #expect(plan.alarm(for: batch(unheard: ["a"], receipts: 3)) == ["a"])
        #expect(plan.alarm(for: batch(unheard: ["b"], receipts: 3)) == [])
        #expect(plan.alarm(for: batch(receipts: 4)) == [])
        #expect(plan.alarm(for: batch(unheard: ["c"], receipts: 4)) == ["c"])
        #expect(plan.alarm(for: batch(unheard: ["d"], receipts: 4)) == [])
    }
}
