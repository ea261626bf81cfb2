import CMosquitto
import Glibc
import NeuronCore

/// Wakes a thread that polls.
final class WakeUp: Sendable {
    /// Readable while there is something to wake up for.
    let descriptor: Int32

    /// Makes one; throws where the process has no file descriptor left.
    init() throws(SystemError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError("make an event descriptor") }
    }

    deinit { close(descriptor) }

    func ring() { eventfd_write(descriptor, 1) }

    func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}
