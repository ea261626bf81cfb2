import Glibc
import NeuronCore

/// The processor time of the calling thread, as a clock: what others do on the box meanwhile does not count.
struct ThreadClock: NeuronClock {
    func wallNow() -> WallTime { .epoch }

    func monotonicNow() -> MonotonicTime {
        var reading = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &reading)
        return MonotonicTime(nanoseconds: Int64(reading.tv_sec) &* 1_000_000_000 &+ Int64(reading.tv_nsec))
    }
}
