import Foundation
import NeuronBus
import NeuronCore
import Testing

/// TLS against a real mosquitto, with certificates that openssl makes.
@Suite(.timeLimit(.minutes(10))) struct MQTTSecurityTests {
    private let certificates = Certificates.shared

    private func broker(_ certificate: String, _ lines: [String] = []) async throws -> Broker {
        try await Broker(
            [
                "allow_anonymous true", "cafile \(certificates.path)/ca.pem",
                "certfile \(certificates.path)/\(certificate).pem",
                "keyfile \(certificates.path)/\(certificate).key",
            ] + lines
        )
    }

    private func settings(_ broker: Broker, ca: String? = "ca", client: String? = nil) -> MQTTSettings {
        broker.settings { settings in
            settings.host = "localhost"
            settings.tls = MQTTTLS(
                caFile: ca.map { certificates.path + "/\($0).pem" },
                certificateFile: client.map { certificates.path + "/\($0).pem" },
                keyFile: client.map { certificates.path + "/\($0).key" }
            )
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a broker with the right certificate is trusted`(host: String) async throws {
        let broker = try await broker("server")
        var settings = settings(broker)
        settings.host = host
        let link = try await MQTTLink.connected(settings)
        #expect(try await link.deliver([event(1, "motion.started")]).failure?.contains("nobody subscribes") == true)
        await link.close()
    }

    @Test(
        arguments: [
            ("server", "other-ca", "no authority that this box trusts"),
            ("server", nil, "no authority that this box trusts"),
            ("expired", "ca", "has expired"),
            ("foreign", "ca", "is for another host"),
            ("self-signed", "ca", "no authority that this box trusts"),
        ] as [(String, String?, String)]
    )
    func `a broker with another certificate is never connected to`(server: String, ca: String?, reason: String)
        async throws
    {
        let broker = try await broker(server)
        let link = try MQTTLink(settings(broker, ca: ca), clock: SystemClock())
        try await link.open()
        // It goes on trying: a second attempt must be refused as the first one was.
        await broker.transcript.waits { $0.count { $0.contains("New connection") } >= 2 }
        let text = try #require(link.condition.lastFailure)
        #expect(text.contains(reason), "\(text)")
        #expect(link.condition.connections == 0)
        #expect(!broker.transcript.lines.contains { $0.contains("New client connected") })
        await link.close()
    }

    @Test func `a client certificate lets in, and without one the reason is clear`() async throws {
        let broker = try await broker("server", ["require_certificate true", "use_identity_as_username true"])
        let link = try await MQTTLink.connected(settings(broker, client: "client"))
        #expect(broker.transcript.lines.contains { $0.contains("u'box-0007'") })
        await link.close()
        let bare = try MQTTLink(settings(broker), clock: SystemClock())
        try await bare.open()
        await broker.transcript.waits { $0.count { $0.contains("New connection") } >= 3 }
        let text = try #require(bare.condition.lastFailure)
        // The broker's alert may be lost with the connection.
        #expect(
            text.contains("ask for a client certificate") || text.contains("asks for a client certificate"),
            "\(text)"
        )
        #expect(bare.condition.connections == 0)
        await bare.close()
    }

    @Test func `TLS to a port without it, and none to a port with it, are told as such`() async throws {
        let plain = try await Broker()
        let first = try MQTTLink(settings(plain), clock: SystemClock())
        try await first.open()
        let handshake = await first.failure()
        #expect(handshake.contains("does it speak TLS on this port"), "\(handshake)")
        await first.close()
        let secured = try await broker("server")
        let second = try MQTTLink(secured.settings(), clock: SystemClock())
        try await second.open()
        let greeting = await second.failure()
        #expect(greeting.contains("say mqtts://"), "\(greeting)")
        await second.close()
    }
}

/// An authority, another one, and certificates of the first: good, expired, for another host, for a client.
final class Certificates: Sendable {
    static let shared = Certificates()
    let path: String
    private let folder = ScratchFolder()

    private init() {
        path = folder.path
        let script = """
            set -eu
            cd '\(folder.path)'
            new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@"; }
            for name in ca other-ca; do new -x509 -days 30 -subj "/CN=test $name" -keyout $name.key -out $name.pem; done
            new -x509 -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout self-signed.key -out self-signed.pem
            : > index.txt; echo 01 > serial
            printf '[ca]\\ndefault_ca=d\\n[d]\\nnew_certs_dir=.\\ndatabase=index.txt\\nserial=serial\\ncertificate=ca.pem\\n' > ca.conf
            printf 'private_key=ca.key\\ndefault_md=sha256\\npolicy=p\\nunique_subject=no\\n[p]\\ncommonName=supplied\\n' >> ca.conf
            issue() {
                new -subj "/CN=$2" -keyout $1.key -out $1.csr
                printf 'subjectAltName=%s\\n' "$3" > $1.ext
                openssl ca -batch -notext -config ca.conf -startdate $4 -enddate $5 -extfile $1.ext -in $1.csr -out $1.pem
            }
            issue server localhost DNS:localhost,IP:127.0.0.1 20200101000000Z 20450101000000Z
            issue expired localhost DNS:localhost,IP:127.0.0.1 20200101000000Z 20210101000000Z
            issue foreign broker.example DNS:broker.example 20200101000000Z 20450101000000Z
            issue client box-0007 DNS:box-0007 20200101000000Z 20450101000000Z
            """
        // A failure shows in the tests that need the files, with what openssl said.
        let shell = try? LocalProcess("sh", ["-c", script])
        if let shell, shell.wait() != 0 { Issue.record("\(shell.transcript.lines)") }
    }
}
