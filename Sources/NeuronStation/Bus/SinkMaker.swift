import NeuronBus
import NeuronConfiguration
import NeuronCore

/// Makes the sinks that a configuration names, none of them open yet.
struct SinkMaker {
    let configuration: Configuration
    let credentials: CredentialReader
    let clock: any NeuronClock

    /// All sinks, in the order of the file.
    ///
    /// - Throws: `StationError` where a user and a password can't be read.
    func make() throws -> [any AlertSink] { try configuration.sinks.map(sink) }

    private func sink(_ sink: SinkConfiguration) throws -> any AlertSink {
        switch sink.kind {
        case .jsonl(let file):
            JSONLinesFile(name: sink.name, path: file.path, rotateBytes: file.rotate.bytes, keepFiles: file.keep)
        case .stdout: StandardOutputSink(name: sink.name)
        case .mqtt(let broker): try MQTTLink(settings(of: broker, named: sink.name), clock: clock)
        case .nats(let server): NATSLink(try settings(of: server, named: sink.name))
        }
    }

    private func settings(of broker: MQTTConfiguration, named name: String) throws -> MQTTSettings {
        var settings = MQTTSettings(
            name: name,
            host: broker.broker.host,
            port: broker.broker.port,
            clientID: broker.clientID ?? configuration.box.rawValue
        )
        if broker.broker.isEncrypted {
            settings.tls = MQTTTLS(
                caFile: broker.tls.ca,
                certificateFile: broker.tls.certificate,
                keyFile: broker.tls.key
            )
        }
        let credential = try credential(broker.credentials, of: name)
        settings.username = credential?.user
        settings.password = credential?.password
        settings.acknowledgement = broker.acknowledgement == .receipt ? .receipt : .broker
        settings.window = broker.window
        settings.willTopic = BusTopic(subject: configuration.boxSubject, .state, "online")?.mqtt
        settings.subscriptions = broker.listens ? subscriptions : []
        return settings
    }

    private func settings(of server: NATSConfiguration, named name: String) throws -> NATSSettings {
        var settings = NATSSettings(
            name: name,
            client: configuration.box.rawValue,
            servers: server.servers.map(\.description)
        )
        if server.servers.contains(where: \.isEncrypted) {
            settings.tls = NATSSettings.TLS(
                caFile: server.tls.ca,
                certificateFile: server.tls.certificate,
                keyFile: server.tls.key
            )
        }
        let credential = try credential(server.credentials, of: name)
        settings.username = credential?.user
        settings.password = credential?.password
        settings.credentialsFile = server.credentialsFile
        settings.stream = server.stream
        settings.domain = server.domain
        settings.managesStreams = server.managesStreams
        settings.maxBytes = server.maxBytes.bytes
        settings.maxAge = server.maxAge
        settings.acknowledgement = server.acknowledgement == .receipt ? .receipt : .broker
        settings.window = server.window
        settings.subscriptions = server.listens ? subscriptions : []
        return settings
    }

    /// Feedback and commands for this box and its cameras, and for nobody else's at the same place.
    private var subscriptions: [String] {
        let subjects = [configuration.boxSubject] + configuration.cameras.map { $0.site.subject(of: $0.id) }
        return subjects.flatMap { ["nd/v1/\($0)/fb/+", "nd/v1/\($0)/cmd/+"] }
    }

    private func credential(_ reference: CredentialReference?, of sink: String) throws -> Credential? {
        guard let reference else { return nil }
        do {
            return try credentials.read(reference).credential
        } catch {
            throw StationError.configuration("sink '\(sink)': \(error)")
        }
    }
}

extension Configuration {
    /// Where what is said of the box itself goes: its site and its name.
    var boxSubject: String { "\(site.district)/\(site.street)/\(site.community)/\(site.grid)/\(box)" }
}

extension SinkConfiguration {
    /// How long receipts may take that it waits for.
    var receiptWithin: TimeSpan? {
        switch kind {
        case .jsonl, .stdout: nil
        case .mqtt(let broker): broker.receiptWithin
        case .nats(let server): server.receiptWithin
        }
    }
}
