import Glibc

/// A counting semaphore whose waits last as long as they say, whatever becomes of the clock on the wall.
///
/// One of Dispatch waits until a time of that clock: where somebody sets it back by an hour, a wait of 250 ms lasts an hour.
///
/// `@unchecked`: the pointers never change, what they point to is made for several threads, and `count` is touched by whoever has
/// the mutex only.
package final class MonotonicSemaphore: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var count = 0

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

    /// Ends one wait, under way or later.
    package func signal() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        count += 1
        pthread_cond_signal(condition)
    }

    /// Waits for a signal, which it uses up; false where none came in time.
    package func wait(for duration: TimeSpan) -> Bool {
        var deadline = Self.time(after: duration)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while count == 0 {
            // Whatever else it returns is the end of the wait too: a loop that does not wait would be worse.
            if pthread_cond_timedwait(condition, mutex, &deadline) != 0 { break }
        }
        guard count > 0 else { return false }
        count -= 1
        return true
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
