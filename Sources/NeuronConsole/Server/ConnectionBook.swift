import NIOCore
import Synchronization

/// All open connections, so that a flood of them ends itself and not the service.
///
/// Where there are too many, the one goes that has said nothing for longest; those that a stream is sent to stay, as these are
/// bounded by themselves.
final class ConnectionBook: Sendable {
    private let most: Int
    private let state = Mutex(State())

    private struct State {
        var connections: [ObjectIdentifier: Connection] = [:]
        var clock: UInt64 = 0
        var evicted: UInt64 = 0
        var stalled: UInt64 = 0
        var total: UInt64 = 0

        mutating func tick() -> UInt64 {
            clock += 1
            return clock
        }
    }

    private struct Connection {
        var channel: any Channel
        var lastHeard: UInt64
        var isStreaming = false
    }

    /// What has become of connections so far.
    struct Figures: Sendable {
        var open: Int
        var total: UInt64
        var evicted: UInt64
        var stalled: UInt64
    }

    init(most: Int) { self.most = most }

    var figures: Figures {
        state.withLock {
            Figures(open: $0.connections.count, total: $0.total, evicted: $0.evicted, stalled: $0.stalled)
        }
    }

    /// A connection was made.
    func open(_ channel: any Channel) {
        let victim = state.withLock { state -> (any Channel)? in
            state.total += 1
            state.connections[ObjectIdentifier(channel)] = Connection(channel: channel, lastHeard: state.tick())
            guard state.connections.count > most else { return nil }
            let idlest = state.connections.filter { !$0.value.isStreaming }.min {
                $0.value.lastHeard < $1.value.lastHeard
            }
            guard let idlest else { return nil }
            state.evicted += 1
            state.connections[idlest.key] = nil
            return idlest.value.channel
        }
        victim?.close(promise: nil)
    }

    /// It said something.
    func hear(_ channel: any Channel) {
        state.withLock { state in
            let now = state.tick()
            state.connections[ObjectIdentifier(channel)]?.lastHeard = now
        }
    }

    /// A stream is sent to it from now on, for as long as it is open.
    func beginStream(_ channel: any Channel) {
        state.withLock { $0.connections[ObjectIdentifier(channel)]?.isStreaming = true }
    }

    /// It took nothing for too long, and was closed for that.
    func countStalled() { state.withLock { $0.stalled += 1 } }

    /// It is closed.
    func close(_ channel: any Channel) {
        state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Ends all of them.
    func endAll() {
        let channels = state.withLock { $0.connections.values.map(\.channel) }
        for channel in channels { channel.close(promise: nil) }
    }
}
