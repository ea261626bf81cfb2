import NeuronCore
import Synchronization

/// Keeps a link connected for ever: one session after another.
struct NATSKeeper: Sendable {
    private let settings: NATSSettings
    private let servers: [ServerAddress]
    private let inbox: NATSInbox
    private let record: LinkRecord
    private let holder: SessionHolder

    private static let shortestWait = TimeSpan.milliseconds(250)
    private static let longestWait = TimeSpan.seconds(4)
    /// How long what is missing on the server stays so before it is looked at again.
    private static let repairInterval = Duration.seconds(30)

    /// Makes a keeper of settings that were checked.
    init(
        _ settings: NATSSettings,
        servers: [ServerAddress],
        inbox: NATSInbox,
        record: LinkRecord,
        holder: SessionHolder
    ) {
        self.settings = settings
        self.servers = servers
        self.inbox = inbox
        self.record = record
        self.holder = holder
    }

    /// Finds what can never work.
    static func check(_ settings: NATSSettings) throws(NATSError) -> [ServerAddress] {
        guard !settings.servers.isEmpty else {
            throw NATSError(.settings, "A NATS link needs the address of a server.")
        }
        guard TopicToken.isValid(settings.client) else {
            throw NATSError(.settings, "'\(settings.client)' can't name a client of NATS: it is not a topic token.")
        }
        for filter in settings.subscriptions where JetStreamRoom.stream(of: filter) == nil {
            throw NATSError(
                .settings,
                "'\(filter)' can't be received over NATS: nd/v1/…/fb/+ and nd/v1/…/cmd/+ of nine levels can."
            )
        }
        var servers: [ServerAddress] = []
        for text in settings.servers { servers.append(try ServerAddress(text)) }
        // Files that can't be read show here.
        _ = try NATSOptions.make(settings, server: servers[0], key: .none)
        return servers
    }

    /// Connects, waits until that is over, and again, until its task is cancelled.
    func keep() async {
        var failures = 0
        while !Task.isCancelled {
            let server = servers[failures % servers.count]
            do {
                let session = try await connect(to: server)
                failures = 0
                await attend(session)
            } catch {
                record.unlinked("\(error)")
                failures += 1
            }
            await pause(after: failures)
        }
    }

    private func connect(to server: ServerAddress) async throws(NATSError) -> NATSSession {
        let board = SessionBoard(stream: settings.stream, inbox: inbox) { [record] complaint in
            record.update { $0.lastFailure = complaint }
        }
        return try await onOwnThread(named: "bus-" + settings.name) { [settings] () throws(NATSError) in
            try NATSSession(settings, server: server, board: board)
        }
    }

    private func attend(_ session: NATSSession) async {
        let thread = "bus-" + settings.name
        let complaints = Task.isCancelled ? [] : await onOwnThread(named: thread) { session.provideStreams() }
        guard holder.hold(session) else { return await onOwnThread(named: thread) { session.close() } }
        record.linked(complaints)
        let care = Task { await furnish(session, lacksStreams: !complaints.isEmpty) }
        let reason = await session.board.waitForEnd()
        record.unlinked("The connection to the NATS server \(session.server) is over: \(reason).")
        care.cancel()
        await holder.end(thread: thread)
        await care.value
    }

    /// Makes the consumers, which alerts don't wait for; and again what is missing, since this or somebody else may be allowed
    /// to make it later.
    private func furnish(_ session: NATSSession, lacksStreams: Bool) async {
        var lacksStreams = lacksStreams
        while !Task.isCancelled {
            let again = lacksStreams
            let complaints = await onOwnThread(named: "bus-" + settings.name) {
                (again ? session.provideStreams() : []) + session.provideConsumers()
            }
            guard !complaints.isEmpty, session.board.end == nil else { return }
            record.update { $0.lastFailure = complaints.joined(separator: " ") }
            guard (try? await Task.sleep(for: Self.repairInterval)) != nil else { return }
            lacksStreams = true
        }
    }

    /// Waits longer each time, and never as long as another box that lost the same server.
    private func pause(after failures: Int) async {
        let doubled = Self.shortestWait.nanoseconds << Int64(min(failures, 8))
        let longest = min(doubled, Self.longestWait.nanoseconds)
        try? await Task.sleep(for: .nanoseconds(Int64.random(in: longest / 2...longest)))
    }
}

/// The session that there is now.
final class SessionHolder: Sendable {
    private let state = Mutex(State())

    private struct State {
        var session: NATSSession?
        var isFinished = false
    }

    var session: NATSSession? { state.withLock { $0.session } }

    /// Takes a session, unless it is over already or the link is.
    func hold(_ session: NATSSession) -> Bool {
        guard session.board.end == nil else { return false }
        return state.withLock { state in
            if !state.isFinished { state.session = session }
            return !state.isFinished
        }
    }

    /// Closes the session, and holds none any more.
    func finish(thread: String) async {
        state.withLock { $0.isFinished = true }
        await end(thread: thread)
    }

    /// Closes the session on a thread of its own and lets it go.
    func end(thread: String) async {
        guard let session = state.withLock({ $0.session.take() }) else { return }
        await onOwnThread(named: thread) { session.close() }
    }
}
