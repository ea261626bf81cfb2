import Glibc

/// A call to the operating system that failed.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, as a clause: `open /var/lib/neurond/outbox.db`.
    package var attempt: String
    /// The C library's error number.
    package var number: Int32

    /// Makes an error of an attempt and an error number, the last call's unless told otherwise.
    package init(_ attempt: String, number: Int32 = errno) {
        self.attempt = attempt
        self.number = number
    }

    /// Whether there was no room: the file system is full, or a quota or a limit on file sizes is reached.
    package var isOutOfSpace: Bool { [ENOSPC, EDQUOT, EFBIG].contains(number) }

    package var description: String {
        "Could not \(attempt): \(String(cString: strerror(number))) (errno \(number))."
    }
}
