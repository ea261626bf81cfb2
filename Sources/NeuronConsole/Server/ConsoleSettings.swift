/// Where the console listens, whom it lets in and what it lets one client take.
package struct ConsoleSettings: Sendable {
    package var address: ConsoleAddress
    /// What a client must show; nil where programs of this box need none.
    package var token: String?
    /// Names under which a reverse proxy or a name server makes it known.
    package var hosts: [String]
    package var limits: ConsoleLimits

    /// Makes settings.
    package init(
        address: ConsoleAddress = ConsoleAddress(),
        token: String? = nil,
        hosts: [String] = [],
        limits: ConsoleLimits = ConsoleLimits()
    ) {
        self.address = address
        self.token = token
        self.hosts = hosts
        self.limits = limits
    }

    /// A shorter token could be guessed.
    package static let shortestToken = 16

    /// Why it must not be served like that; nil where it may.
    package var objection: String? {
        if let token, token.utf8.count < Self.shortestToken {
            return "The console's token has \(token.utf8.count) bytes and needs at least \(Self.shortestToken)."
        }
        guard token == nil, !address.isLoopback else { return nil }
        return "The console would be open to everybody who reaches \(address): give it a token, or listen on 127.0.0.1."
    }
}

/// What clients may take together and each.
package struct ConsoleLimits: Sendable, Hashable {
    /// Connections at once; one more ends the one that has been silent for longest.
    package var connections = 128
    /// What a request's head may take to come, and a connection may be silent between two requests.
    package var idle = Duration.seconds(10)
    /// What a request's body may take to come.
    package var body = Duration.seconds(10)
    /// How long a client may take nothing of what is sent to it.
    package var stalled = Duration.seconds(15)
    package var headerBytes = 16 << 10
    package var headers = 64
    /// Followers of events and of tuning values at once.
    package var eventStreams = 32
    /// Viewers of live pictures at once, over all cameras.
    package var pictureStreams = 12
    /// Configurations that are checked at once; a long one takes a core for some seconds.
    package var checks = 2
    /// How often a silent stream shows that it lives.
    package var heartbeat = Duration.seconds(15)

    /// Makes limits that suit an edge box.
    package init() {}
}
