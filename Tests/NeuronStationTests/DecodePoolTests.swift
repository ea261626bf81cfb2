import Dispatch
import NeuronCore
import Synchronization
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct DecodePoolTests {
    /// A decoder that hangs until somebody lets it go.
    private final class HungWork: DecodeWork {
        let isScheduled = Atomic<Bool>(false)
        let hasWork = false
        let hasBegun = DispatchSemaphore(value: 0)
        let end = DispatchSemaphore(value: 0)

        func work() {
            hasBegun.signal()
            end.wait()
        }
    }

    @Test func `a stop leaves a worker that hangs, and a later one finds whether it is still there`() {
        let pool = DecodePool(workers: 1, name: "hung")
        let work = HungWork()
        pool.submit(work)
        work.hasBegun.wait()
        #expect(pool.stop(until: .now()) == 1)
        #expect(pool.stop(until: .now()) == 1)
        work.end.signal()
        #expect(pool.stop(until: .distantFuture) == 0)
        #expect(pool.stop(until: .distantFuture) == 0)
    }

    @Test func `workers that are idle or end what they do are waited for`() {
        let pool = DecodePool(workers: 3, name: "busy")
        let work = HungWork()
        pool.submit(work)
        work.hasBegun.wait()
        work.end.signal()
        #expect(pool.stop(until: .distantFuture) == 0)
    }
}
