import NeuronCore
import Synchronization

/// Who has shown the token: by itself, or in a session that was begun with it.
///
/// Guessing is slow: after some wrong tokens an address must wait, whatever it shows then, so that its answers say nothing. The right
/// token is no exception: a guesser need not be told of wrong ones, and being let in with the right one is all that it wants. So that
/// nobody is locked out by others, addresses are told apart behind a proxy too (``RequestOrigin/peer(of:_:)``). Sessions that are
/// open go on meanwhile.
final class TokenDesk: Sendable {
    private let token: [UInt8]
    private let clock: any NeuronClock
    private let state = Mutex(State())

    private struct State {
        /// When each session ends, by its name.
        var sessions: [String: MonotonicTime] = [:]
        var attempts: [String: Attempts] = [:]
        var wrong: UInt64 = 0
    }

    /// Wrong tokens that an address may still show: a bucket that fills up again.
    private struct Attempts {
        var left: Int
        var since: MonotonicTime
    }

    /// How long a browser stays logged in.
    static let sessionLength = TimeSpan.seconds(12 * 3600)
    private static let mostSessions = 64
    private static let mostAttempts = 10
    private static let refill = TimeSpan.seconds(6)
    private static let mostAddresses = 1024

    init(token: String, clock: any NeuronClock) {
        self.token = Array(token.utf8)
        self.clock = clock
    }

    /// Wrong tokens that were shown so far.
    var wrong: UInt64 { state.withLock { $0.wrong } }

    /// Refuses a token that is not the right one.
    ///
    /// - Parameters:
    ///   - shown: the token as it came.
    ///   - address: who showed it.
    /// - Throws: `ConsoleProblem` with `unauthorized` or `tooManyRequests`.
    func check(_ shown: some Sequence<UInt8>, from address: String) throws(ConsoleProblem) {
        let isRight = isEqual(Array(shown.prefix(1024)))
        let now = clock.monotonicNow()
        let wait = state.withLock { state -> Int? in
            var attempts = Self.refilled(state.attempts[address], at: now)
            guard attempts.left > 0 else {
                return Int((Self.refill - (now - attempts.since)).seconds.rounded(.up))
            }
            guard !isRight else { return nil }
            attempts.left -= 1
            state.wrong += 1
            if state.attempts.count >= Self.mostAddresses, state.attempts[address] == nil { Self.forget(&state, now) }
            state.attempts[address] = attempts
            return nil
        }
        if let wait {
            throw ConsoleProblem(
                .tooManyRequests,
                "Too many wrong tokens came from this address; try again later.",
                retryAfter: max(1, wait)
            )
        }
        guard isRight else { throw ConsoleProblem(.unauthorized, "That is not the console's token.") }
    }

    /// Begins a session, for whom ``check(_:from:)`` has let in.
    ///
    /// - Returns: its name, which nobody can guess.
    func beginSession() -> String {
        var random = SystemRandomNumberGenerator()
        let digits = (0..<4).map { _ in
            let text = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        let name = digits.joined()
        let now = clock.monotonicNow()
        state.withLock { state in
            state.sessions = state.sessions.filter { $0.value > now }
            if state.sessions.count >= Self.mostSessions, let oldest = state.sessions.min(by: { $0.value < $1.value }) {
                state.sessions[oldest.key] = nil
            }
            state.sessions[name] = now + Self.sessionLength
        }
        return name
    }

    /// Whether a session goes on.
    func isOpen(session name: String) -> Bool {
        let now = clock.monotonicNow()
        // A look into a dictionary takes as long for a name that begins right as for any other.
        return state.withLock { $0.sessions[name].map { $0 > now } ?? false }
    }

    /// Ends a session.
    func end(session name: String) { state.withLock { _ = $0.sessions.removeValue(forKey: name) } }

    /// Looks at every byte, wherever the first difference is.
    private func isEqual(_ shown: [UInt8]) -> Bool {
        var difference = UInt64(token.count ^ shown.count)
        for index in token.indices {
            difference |= UInt64(token[index] ^ (index < shown.count ? shown[index] : 0))
        }
        return difference == 0
    }

    private static func refilled(_ attempts: Attempts?, at now: MonotonicTime) -> Attempts {
        guard var attempts else { return Attempts(left: mostAttempts, since: now) }
        let regained = Int((now - attempts.since).nanoseconds / refill.nanoseconds)
        guard regained > 0 else { return attempts }
        attempts.left = min(mostAttempts, attempts.left + regained)
        attempts.since = attempts.since + TimeSpan(nanoseconds: refill.nanoseconds * Int64(regained))
        return attempts
    }

    /// A flood from many addresses must not fill the memory; those that are furthest from having to wait are forgotten.
    private static func forget(_ state: inout State, _ now: MonotonicTime) {
        let known = state.attempts.mapValues { refilled($0, at: now) }.sorted { $0.value.left < $1.value.left }
        state.attempts = Dictionary(uniqueKeysWithValues: known.prefix(mostAddresses / 2).map { ($0.key, $0.value) })
    }
}
