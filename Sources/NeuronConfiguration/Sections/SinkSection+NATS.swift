import NeuronCore

extension SinkSection {
    static let nats = section(
        "nats",
        summary: "Alerts to a NATS server with JetStream, and feedback and commands from it; see docs/bus.md.",
        fields: [
            ConfigurationField(
                "url",
                \.nats.servers,
                .brokers(.broker(plain: ("nats", 4222), encrypted: ("tls", 4222), sink: "nats"), count: 1...16),
                isRequired: true,
                "The server, or several of one cluster. `tls` is encrypted, and the server's certificate must carry the host that "
                    + "stands here."
            ),
            ConfigurationField("credentials", \.nats.credentials, optional: .credentials, credentialsSummary),
            ConfigurationField(
                "credentialsFile",
                \.nats.credentialsFile,
                optional: .neighbourPath,
                "A `.creds` file with a JWT and its seed, where the server wants that instead of user and password."
            ),
        ] + tlsFields(\.nats.tls) + [
            ConfigurationField(
                "stream",
                \.nats.stream,
                .identifier,
                "The stream that has to confirm the events; that another one takes them is an error."
            ),
            ConfigurationField(
                "domain",
                \.nats.domain,
                optional: .identifier,
                "The JetStream domain, where the server is not the one that keeps the stream."
            ),
            ConfigurationField(
                "manageStreams",
                \.nats.managesStreams,
                .flag,
                "Whether streams that are missing are made. `false` needs fewer rights, and somebody who makes them."
            ),
            ConfigurationField(
                "maxBytes",
                \.nats.maxBytes,
                .size(.mebibytes(1)...(.gibibytes(1024))),
                "What the stream of events may take on the server's disk, when it is made here. A full one refuses events, which then "
                    + "wait in the outbox."
            ),
            ConfigurationField(
                "maxAge",
                \.nats.maxAge,
                .time(.seconds(3600)...(.seconds(3650 * 86_400))),
                "How long the stream keeps events, when it is made here."
            ),
            ConfigurationField(
                "ack",
                \.nats.acknowledgement,
                .choice,
                "Who has to say that an event is safe. `broker`: the server that stored it. `receipt`: whoever received it, by "
                    + "feedback, else it is sent again."
            ),
            ConfigurationField(
                "window",
                \.nats.window,
                .integer(1...64),
                "How many events may wait for their confirmation at once; so many may be sent twice after a failure, which the stream "
                    + "stores once."
            ),
            ConfigurationField(
                "receiptWithin",
                \.nats.receiptWithin,
                .time(.seconds(1)...(.seconds(3600))),
                "With `ack: receipt`, after how long without one an event is sent again; each further time after twice as long."
            ),
            ConfigurationField(
                "listen",
                \.nats.listens,
                .flag,
                "Whether feedback and commands are taken from this server."
            ),
        ],
        advice: busAdvice
    ) { draft, given, context in
        let isEncrypted = draft.nats.servers.contains(where: \.isEncrypted)
        checkTLS(draft.nats.tls, isEncrypted: isEncrypted, encryptedScheme: "tls", given, &context)
    }
}
