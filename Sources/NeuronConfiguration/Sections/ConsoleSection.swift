import NeuronCore

extension ConfigurationSection<ConsoleConfiguration> {
    /// The console.
    static let console = ConfigurationSection(
        name: "console",
        summary: "The web page and the interface for programs that the daemon serves.",
        prototype: ConsoleConfiguration(),
        fields: [
            ConfigurationField("enabled", \.isEnabled, .flag, "Whether the console is served."),
            ConfigurationField(
                "listen",
                \.listen,
                .listenAddress,
                "Where it is served. Without TLS: for anything beyond this box put a reverse proxy in front of it. A port that is "
                    + "taken is tried again, and holds up nothing else."
            ),
            ConfigurationField(
                "token",
                \.token,
                optional: .credentials,
                "Where the token is that a client must show: the name of a systemd credential, or, with a `/`, the path of a file. "
                    + "It holds one line of 16 characters or more. Without it programs of this box need none, and "
                    + "`listen` must be an address that only they reach."
            ),
            ConfigurationField(
                "hosts",
                \.hosts,
                .hostNames,
                "Names under which the console is reached, such as that of a reverse proxy. Under any other it does not answer, "
                    + "so that no web page elsewhere can have a browser ask."
            ),
        ],
        advice: [
            "port": "The port stands behind the address in `listen`, as in 127.0.0.1:8737.",
            "address": "Did you mean `listen`?",
            "password": "The console has no password but a `token`, which stands in a file of its own.",
            "tls": "The console speaks no TLS; put a reverse proxy in front of it.",
        ]
    ) { console, given, context in
        guard console.isEnabled, console.token == nil, !console.listen.isLoopback, let node = given.nodes["listen"]
        else {
            return
        }
        context.log.report(
            node,
            "At \(console.listen) everybody who reaches this box would see its cameras; add a `token`, or listen on 127.0.0.1."
        )
    }
}
