import Glibc
import NeuronCore

/// The thread of a link: connects, serves, rests and connects again until the link is closed.
///
/// Each connection has a client of libmosquitto of its own, so that nothing of a lost one is left in the next, neither a
/// queued message nor the number of one. A look-up or a handshake that never ends holds up nothing but this thread.
struct MQTTRunner: Sendable {
    let settings: MQTTSettings
    let clock: any NeuronClock
    let mailbox: MQTTMailbox

    func run() {
        // The library writes with write(): a broker that has gone would end the process.
        var brokenPipe = sigset_t()
        sigemptyset(&brokenPipe)
        sigaddset(&brokenPipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &brokenPipe, nil)
        var pause = MQTTPause()
        while !mailbox.isClosing {
            let (failure, lasted) = attempt()
            mailbox.disconnected(failure)
            if !mailbox.isClosing { mailbox.rest(upTo: pause.after(connectionOf: lasted)) }
        }
        mailbox.ended()
    }

    private func attempt() -> (MQTTError, lasted: TimeSpan?) {
        do throws(MQTTError) {
            let session = try MQTTSession(settings, clock: clock, mailbox: mailbox)
            let failure = session.run()
            return (failure, session.greeting.map { clock.monotonicNow() - $0 })
        } catch {
            return (error, nil)
        }
    }
}

/// How long to wait before the next connection: 1 s, doubled up to 30 s, and a little less by chance, so that the boxes of
/// a community do not all come back in the same moment.
struct MQTTPause: Sendable {
    private var seconds: Int64 = 1
    private static let longest: Int64 = 30

    /// The time to wait after a connection that lasted so long; nil for one that the broker never greeted.
    mutating func after(connectionOf lasted: TimeSpan?) -> TimeSpan {
        var generator = SystemRandomNumberGenerator()
        return after(connectionOf: lasted, &generator)
    }

    mutating func after(connectionOf lasted: TimeSpan?, _ generator: inout some RandomNumberGenerator) -> TimeSpan {
        // One that is thrown out at once, by a second client with the same id for example, is not a success.
        if let lasted, lasted >= .seconds(10) { seconds = 1 }
        defer { seconds = min(Self.longest, seconds * 2) }
        return .milliseconds(Int64.random(in: seconds * 750...seconds * 1000, using: &generator))
    }
}
