import NeuronCore
import Synchronization
import Testing

@testable import NeuronStation

@Suite(.timeLimit(.minutes(10))) struct StopSignalTests {
    @Test func `a stop ends all waits, those under way and later ones`() {
        let signal = StopSignal()
        let stopped = Atomic(0)
        let threads = (0..<4).map { number in
            DedicatedThread(name: "wait-\(number)") {
                if signal.wait(for: .seconds(3600)) { stopped.wrappingAdd(1, ordering: .relaxed) }
            }
        }
        signal.stop()
        for thread in threads { thread.join() }
        #expect(stopped.load(ordering: .relaxed) == 4)
        #expect(signal.wait(for: .seconds(3600)))
    }

    @Test func `a signal ends one wait, and what is not signalled ends in time`() {
        let semaphore = MonotonicSemaphore()
        #expect(!semaphore.wait(for: .milliseconds(1)) && !semaphore.wait(for: .seconds(-1)))
        semaphore.signal()
        semaphore.signal()
        #expect(semaphore.wait(for: .seconds(3600)) && semaphore.wait(for: .seconds(3600)))
        #expect(!semaphore.wait(for: .zero))
    }
}
