import NeuronCore

/// What sinks of type `mqtt` and `nats` have in common.
extension SinkSection {
    /// The files of an encrypted connection, wherever a sink keeps them.
    static func tlsFields(
        _ tls: any WritableKeyPath<SinkDraft, TLSConfiguration> & Sendable
    ) -> [ConfigurationField<SinkDraft>] {
        [
            file(
                "ca",
                tls,
                \.ca,
                "PEM file of the authorities that may vouch for the broker; without it those of the system. The broker's name is "
                    + "always checked, and nothing turns that off."
            ),
            file(
                "certificate",
                tls,
                \.certificate,
                "PEM file of the box's own certificate, by which the broker knows it; needs `key`."
            ),
            file(
                "key",
                tls,
                \.key,
                "PEM file of that certificate's private key; only neurond should be able to read it."
            ),
        ]
    }

    private static func file(
        _ key: String,
        _ tls: any WritableKeyPath<SinkDraft, TLSConfiguration> & Sendable,
        _ path: any WritableKeyPath<TLSConfiguration, String?> & Sendable,
        _ summary: String
    ) -> ConfigurationField<SinkDraft> {
        let type = ValueType<String>.neighbourPath
        return ConfigurationField(
            key: key,
            summary: summary,
            typeName: type.name,
            schema: type.schema,
            isRequired: false,
            defaultNote: nil,
            children: [],
            text: { $0[keyPath: tls][keyPath: path] ?? "" },
            read: { node, draft, context in
                guard let value = type.read(node, &context) else { return false }
                draft[keyPath: tls][keyPath: path] = value
                return true
            }
        )
    }

    static let credentialsSummary =
        "Where user and password are: the name of a systemd credential, or, with a `/`, the path of a file. It holds "
        + "`user:password` on one line. Without TLS they cross the network readable."

    /// What people look for, and where it stands.
    static let busAdvice: [String: String] = {
        let secret =
            "Write user:password on one line into a file, and the file's path behind `credentials`; secrets never stand here."
        return [
            "user": secret, "username": secret, "password": secret, "pass": secret, "auth": secret, "token": secret,
            "host": "Host and port stand in `url`.", "port": "Host and port stand in `url`.",
            "tls":
                "The scheme of `url` says whether the connection is encrypted; `ca`, `certificate` and `key` stand here.",
            "insecure": "The broker's certificate and name are always checked; name its authority in `ca`.",
            "cafile": "Did you mean `ca`?", "cert": "Did you mean `certificate`?", "keyfile": "Did you mean `key`?",
            "topic": "Topics aren't chosen: they are made of the site and the camera, see docs/bus.md.",
            "qos": "Events are always sent with an acknowledgement; who gives it is `ack`.",
        ]
    }()

    /// Files of TLS without TLS, and half a certificate, do nothing: somebody believes that they do.
    static func checkTLS(
        _ tls: TLSConfiguration,
        isEncrypted: Bool,
        encryptedScheme: String,
        _ given: GivenKeys,
        _ context: inout ReadingContext
    ) {
        if !isEncrypted {
            for key in ["ca", "certificate", "key"] {
                guard let node = given.nodes[key] else { continue }
                context.log.report(
                    node,
                    "The connection isn't encrypted; write \(encryptedScheme):// in `url`, or delete `\(key)`."
                )
            }
        } else if tls.certificate != nil, tls.key == nil, let node = given.nodes["certificate"] {
            context.log.report(node, "A certificate needs its private key; name the file in `key`.")
        } else if tls.key != nil, tls.certificate == nil, let node = given.nodes["key"] {
            context.log.report(node, "A private key needs its certificate; name the file in `certificate`.")
        }
    }
}
