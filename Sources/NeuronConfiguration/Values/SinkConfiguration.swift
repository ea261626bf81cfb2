/// One place where alerts go.
package struct SinkConfiguration: Sendable, Hashable {
    /// Under which the outbox remembers how far the sink has come; unique.
    package var name: String
    package var kind: Kind

    /// Makes a sink.
    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// What kind of sink it is, with what only that kind needs.
    package enum Kind: Sendable, Hashable {
        case jsonl(JSONLinesConfiguration)
        case stdout
        case mqtt(MQTTConfiguration)
        case nats(NATSConfiguration)

        /// Whether it is a bus, from which something can come back.
        package var isBus: Bool {
            switch self {
            case .jsonl, .stdout: false
            case .mqtt, .nats: true
            }
        }
    }

    /// What a file without `sinks` gets: a file beside the outbox, and standard output.
    ///
    /// - Parameter stateDirectory: the folder that the file's name is joined to.
    /// - Returns: the two sinks.
    package static func defaults(in stateDirectory: String) -> [SinkConfiguration] {
        let file = JSONLinesConfiguration(path: joinedPath(stateDirectory, JSONLinesConfiguration.defaultName))
        return [SinkConfiguration(name: "jsonl", kind: .jsonl(file)), SinkConfiguration(name: "stdout", kind: .stdout)]
    }
}

/// A file of JSON Lines that is rotated by size.
package struct JSONLinesConfiguration: Sendable, Hashable {
    /// Already joined to the state folder where it was relative.
    package var path: String
    /// The size at which a new file is begun.
    package var rotate: ByteCount
    /// How many full files stay beside the current one.
    package var keep: Int

    /// Makes a file sink; what is left out has the default that the file would have.
    package init(path: String, rotate: ByteCount = .mebibytes(64), keep: Int = 8) {
        self.path = path
        self.rotate = rotate
        self.keep = keep
    }

    static let defaultName = "alerts.jsonl"
}

/// The path of a file seen from a folder; an absolute path stays as it is.
func joinedPath(_ directory: String, _ path: String) -> String {
    if path.hasPrefix("/") || directory.isEmpty || directory == "." { return path }
    return directory.hasSuffix("/") ? directory + path : directory + "/" + path
}
