import Dispatch
import NeuronCore
import Synchronization

/// Something that a pool's worker does for one camera.
protocol DecodeWork: AnyObject, Sendable {
    /// Set while it waits for a worker or has one; the pool's own.
    var isScheduled: Atomic<Bool> { get }
    /// Whether there is something to do.
    var hasWork: Bool { get }
    /// Does what there is to do; called by one worker at a time.
    func work()
}

/// One decode worker per core for all cameras: serial for each camera, in turn between them.
final class DecodePool: Sendable {
    private let ready = Mutex<[any DecodeWork]>([])
    private let available = DispatchSemaphore(value: 0)
    private let isStopping = Atomic<Bool>(false)
    private let threads = Mutex<[DedicatedThread]>([])
    /// Is signalled by each worker at its end.
    private let ended = DispatchSemaphore(value: 0)
    /// Turns that have ended, of all cameras.
    let turns = Atomic<Int>(0)

    /// Starts the workers.
    ///
    /// - Parameters:
    ///   - workers: how many, at least 1.
    ///   - name: what their threads are called, with a number behind it.
    init(workers: Int, name: String = "decode") {
        let started = (0..<max(1, workers)).map { index in
            DedicatedThread(name: "\(name)-\(index)") {
                self.run()
                self.ended.signal()
            }
        }
        threads.withLock { $0 = started }
    }

    /// Says that a camera has work; cheap, from any thread.
    func submit(_ work: any DecodeWork) {
        guard !work.isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        enqueue(work)
    }

    /// Ends the workers after what they are doing, and waits for them.
    ///
    /// - Returns: how many are still busy at the deadline, as with a graphics card that hangs. They are left behind; a second call
    ///   waits for them again.
    func stop(until deadline: DispatchTime) -> Int {
        isStopping.store(true, ordering: .releasing)
        return threads.withLock { threads in
            for _ in threads { available.signal() }
            let left = threads.count { _ in ended.wait(timeout: deadline) == .timedOut }
            if left == 0 { for thread in threads { thread.join() } }
            threads.removeLast(threads.count - left)
            return left
        }
    }

    private func enqueue(_ work: any DecodeWork) {
        ready.withLock { $0.append(work) }
        available.signal()
    }

    private func run() {
        while true {
            available.wait()
            guard !isStopping.load(ordering: .acquiring) else { return }
            guard let work = ready.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
            work.work()
            turns.wrappingAdd(1, ordering: .relaxed)
            work.isScheduled.store(false, ordering: .releasing)
            // What came while it worked was not announced: whoever announced it saw the flag.
            if work.hasWork { submit(work) }
        }
    }
}
