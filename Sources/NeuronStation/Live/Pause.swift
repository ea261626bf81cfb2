import Glibc
import NeuronCore

/// Holds the calling thread, which is one of ours, for a time.
func pause(for duration: TimeSpan) {
    let (seconds, nanoseconds) = duration.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    var wanted = timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds))
    var rest = timespec()
    while nanosleep(&wanted, &rest) == -1, errno == EINTR { wanted = rest }
}
