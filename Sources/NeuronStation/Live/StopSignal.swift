import Glibc
package import NeuronCore

/// A wait that another thread can end, and that lasts as long as it says whatever becomes of the clock on the wall.
///
/// A semaphore of Dispatch waits until a time of that clock: where somebody sets it back by an hour, a wait of 250 ms
/// lasts an hour.
package final class StopSignal: @unchecked Sendable {
    // Sound: the pointers never change, what they point to is made for several threads, and `isStopped` is touched by
    // whoever has the mutex only.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isStopped = false

    package init() {
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Ends the waits under way and every later one.
    package func stop() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isStopped = true
        pthread_cond_broadcast(condition)
    }

    /// Waits; returns true when it was stopped.
    package func wait(for duration: TimeSpan) -> Bool {
        var deadline = Self.time(after: duration)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isStopped {
            // Whatever else it returns is the end of the wait too: a loop that does not wait would be worse.
            if pthread_cond_timedwait(condition, mutex, &deadline) != 0 { break }
        }
        return isStopped
    }

    /// At most a century from now.
    private static func time(after duration: TimeSpan) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let wanted = min(max(0, duration.nanoseconds), 3_000_000_000_000_000_000)
        let (seconds, nanoseconds) = (wanted + Int64(time.tv_nsec)).quotientAndRemainder(dividingBy: 1_000_000_000)
        return timespec(tv_sec: time.tv_sec + Int(seconds), tv_nsec: Int(nanoseconds))
    }
}
