import Foundation
import NeuronBus

/// A server with certificates that openssl made for one test.
final class Papers {
    private let folder = ScratchFolder()
    private var server: NATSServer?

    init(server name: String) throws {
        let commands = """
            set -e; cd '\(folder.path)'
            for ca in ca other; do
                openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=test $ca" -keyout $ca.key -out $ca.pem
            done
            printf 'subjectAltName=\(name)\\n' > names
            for who in server box-0007; do
                openssl req -newkey rsa:2048 -nodes -subj "/CN=$who" -keyout $who.key -out $who.csr
                openssl x509 -req -in $who.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out $who.pem
            done
            """
        guard system("( \(commands) ) >'\(folder.path)/log' 2>&1") == 0 else {
            throw NATSReader.Failure(description: "openssl")
        }
    }

    func file(_ name: String) -> String { folder.path + "/" + name }

    /// The server's address by number, which no certificate of these names.
    var address: String { server?.address ?? "" }

    func end() { server?.process.kill() }

    /// Starts a server that shows its certificate and wants to see one, and says how to reach it.
    func settings() async throws -> NATSSettings {
        let tls =
            #"cert_file: "\#(file("server.pem"))", key_file: "\#(file("server.key"))", ca_file: "\#(file("ca.pem"))""#
        let server = try await NATSServer("jetstream { store_dir: \"STORE\" }\ntls { \(tls), verify: true }")
        self.server = server
        var settings = server.settings()
        settings.servers = ["tls://localhost:\(server.port)"]
        settings.tls = NATSSettings.TLS(
            caFile: file("ca.pem"),
            certificateFile: file("box-0007.pem"),
            keyFile: file("box-0007.key")
        )
        return settings
    }
}
