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
        let complaints = await onOwnThread(named: "bus-" + settings.name) { session.furnish() }
        guard !Task.isCancelled, holder.hold(session) else { return session.close() }
        record.linked(complaints)
        let repair = complaints.isEmpty ? nil : Task { await self.repair(session) }
        let reason = await session.board.waitForEnd()
        repair?.cancel()
        await holder.end(thread: "bus-" + settings.name)
        record.unlinked("The connection to the NATS server \(session.server) is over: \(reason).")
    }

    /// A stream may be made later, by this or by somebody else.
    private func repair(_ session: NATSSession) async {
        while (try? await Task.sleep(for: Self.repairInterval)) != nil {
            let complaints = await onOwnThread(named: "bus-" + settings.name) { session.furnish() }
            guard !complaints.isEmpty else { return }
            record.update { $0.lastFailure = complaints.joined(separator: " ") }
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
    }

    var session: NATSSession? { state.withLock { $0.session } }

    /// Takes a session, unless it is over already.
    func hold(_ session: NATSSession) -> Bool {
        guard session.board.end == nil else { return false }
        state.withLock { $0.session = session }
        return true
    }

    /// Closes the session on a thread of its own and lets it go.
    func end(thread: String) async {
        guard let session = state.withLock({ $0.session.take() }) else { return }
        await onOwnThread(named: thread) { session.close() }
    }
}
