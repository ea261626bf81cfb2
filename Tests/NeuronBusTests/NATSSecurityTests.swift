import Foundation
import NeuronBus
import NeuronCore
import Testing

/// Who is trusted: by certificate, always with the name.
@Suite(.timeLimit(.minutes(10)))
struct NATSSecurityTests {
    @Test func `a server that its authority vouches for is trusted, and asks for our certificate`() async throws {
        let papers = try Papers(server: "DNS:localhost")
        defer { papers.end() }
        let link = NATSLink(try await papers.settings())
        try await link.openAndWait()
        #expect(try await link.deliver([busAlert(1)]).delivered == [1])
        await link.close()
    }

    @Test func `an authority that is not ours vouches for nobody`() async throws {
        let papers = try Papers(server: "DNS:localhost")
        defer { papers.end() }
        var settings = try await papers.settings()
        settings.tls?.caFile = papers.file("other.pem")
        #expect(try await failure(of: settings).contains("unable to get local issuer certificate"))
        settings.tls?.caFile = nil
        #expect(try await failure(of: settings).contains("unable to get local issuer certificate"))
    }

    @Test func `a certificate for another host is not trusted`() async throws {
        let papers = try Papers(server: "DNS:elsewhere.example")
        defer { papers.end() }
        var settings = try await papers.settings()
        #expect(try await failure(of: settings).contains("hostname mismatch"))
        settings.servers = [papers.address]
        #expect(try await failure(of: settings).contains("mismatch"))
        settings.tls?.expectedHost = "elsewhere.example"
        let link = NATSLink(settings)
        try await link.openAndWait()
        await link.close()
    }

    @Test func `a server without TLS gets no password`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        var settings = server.settings()
        settings.tls = NATSSettings.TLS()
        #expect(try await failure(of: settings).contains("it has no TLS, which the settings ask for"))
    }

    @Test func `a server that wants a certificate turns away who has none`() async throws {
        let papers = try Papers(server: "DNS:localhost")
        defer { papers.end() }
        var settings = try await papers.settings()
        settings.tls?.certificateFile = nil
        #expect(try await failure(of: settings).contains("can't be reached"))
    }

    private func failure(of settings: NATSSettings) async throws -> String {
        let link = NATSLink(settings)
        try await link.open()
        while link.condition.lastFailure == nil { await Task.yield() }
        let words = link.condition.lastFailure ?? ""
        #expect(link.condition.connections == 0)
        await link.close()
        return words
    }
}
