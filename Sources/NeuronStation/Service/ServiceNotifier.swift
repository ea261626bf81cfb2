import Glibc
package import NeuronCore

/// Tells systemd how the daemon fares, by datagrams to `$NOTIFY_SOCKET` as sd_notify(3) describes them.
///
/// Without that variable every call does nothing. A datagram that systemd does not take within a second is left out: the next
/// one says as much.
package struct ServiceNotifier: Sendable {
    private let socket: DatagramSocket?

    /// Within which systemd wants to hear that the daemon gets on; nil where it does not watch.
    package let watchdogInterval: TimeSpan?

    /// The longest status that is told; systemd reads 4096 bytes at most.
    private static let longestStatus = 1000

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - environment: the process's; `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are asked for.
    ///   - processID: whom a watchdog must mean to be ours.
    package init(environment: [String: String], processID: Int32 = getpid()) {
        socket = environment["NOTIFY_SOCKET"].flatMap { try? DatagramSocket(to: $0) }
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(processID)" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        let isWatched = socket != nil && isOurs && (1...(Int64.max / 1000)).contains(microseconds)
        watchdogInterval = isWatched ? TimeSpan(nanoseconds: microseconds * 1000) : nil
    }

    /// Whether anybody hears it.
    package var isConnected: Bool { socket != nil }

    /// The daemon is up, or has finished a reload.
    package func ready() { tell(["READY=1"]) }

    /// A reload has begun.
    ///
    /// - Parameter now: the monotonic clock, by which systemd 253 and later match a reload to its order.
    package func reloading(at now: MonotonicTime) {
        tell(["RELOADING=1", "MONOTONIC_USEC=\(now.nanoseconds / 1000)"])
    }

    /// The daemon has begun to stop.
    package func stopping() { tell(["STOPPING=1", "STATUS=Stopping"]) }

    /// The daemon gets on; see ``watchdogInterval``.
    package func alive() { tell(["WATCHDOG=1"]) }

    /// One line for `systemctl status`.
    package func status(_ text: String) {
        let line = text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : String($0) }.joined()
        tell(["STATUS=\(line.prefix(Self.longestStatus))"])
    }

    private func tell(_ lines: [String]) { try? socket?.send(Array(lines.joined(separator: "\n").utf8)) }
}
