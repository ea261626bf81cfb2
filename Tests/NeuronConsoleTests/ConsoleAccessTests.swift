import HTTPTypes
import NeuronCore
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronConsole

/// Who is let in, on which name and from where.
@Suite(.timeLimit(.minutes(10))) struct ConsoleAccessTests {
    private static let token = "a token that is long enough"

    @Test(arguments: [
        "evil.example", "evil.example:8737", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", "a b", "x:y",
    ])
    func `a name that somebody else has pointed here gets nothing`(host: String) async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let answer = try await rig.ask("GET", "/api/v1/box", host: host)
            #expect([400, 421].contains(answer.status))
            #expect(!answer.text.contains("box-1"))
        }
    }

    @Test(arguments: ["localhost", "LOCALHOST:99", "127.0.0.1:8737", "[::1]:8737", "10.1.2.3", "console.example"])
    func `its own names and addresses are let in`(host: String) async throws {
        try await ConsoleRig.serve(hosts: ["Console.Example"]) { (rig) async throws in
            #expect(try await rig.ask("GET", "/api/v1/box", host: host).status == 200)
        }
    }

    @Test func `a request for no host is refused`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            #expect(try await rig.ask(raw: "GET /api/v1/box HTTP/1.0\r\n\r\n").status == 400)
        }
    }

    @Test(arguments: [
        "Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1", "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ])
    func `what another site makes a browser send changes nothing and shows nothing`(header: String) async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let path = "/api/v1/alerts/\(StubFeed.alertID)/ack"
            #expect(try await rig.post(path, #"{"by": "eve"}"#, [header]).status == 403)
            #expect(try await rig.ask("GET", "/api/v1/box", [header]).status == 403)
            #expect(rig.feed.asked.withLock { $0.isEmpty })
        }
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    func `a form cannot change anything, for it cannot say that it is JSON`(type: String) async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let path = "/api/v1/alerts/\(StubFeed.alertID)/ack"
            let answer = try await rig.ask("POST", path, ["Content-Type: \(type)"], body: #"{"by": "eve"}"#)
            #expect(answer.status == 415)
            #expect(rig.feed.asked.withLock { $0.isEmpty })
        }
    }

    @Test func `the console's own page may change things`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let headers = ["Origin: http://127.0.0.1", "Sec-Fetch-Site: same-origin"]
            let path = "/api/v1/alerts/\(StubFeed.alertID)/ack"
            #expect(try await rig.post(path, #"{"by": "anna"}"#, headers).status == 200)
            #expect(rig.feed.asked.withLock { $0 } == ["ack anna"])
        }
    }

    @Test func `a link from elsewhere may show the page, and only that`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let headers = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"]
            #expect(try await rig.ask("GET", "/", headers).status == 200)
            #expect(try await rig.ask("GET", "/api/v1/cameras/gate/picture.jpg", headers).status == 403)
            #expect(try await rig.ask("GET", "/media/x.jpg", headers).status == 403)
        }
    }

    @Test func `without the token nothing is shown of what the cameras see`() async throws {
        try await ConsoleRig.serve(token: Self.token) { (rig) async throws in
            for path in [
                "/api/v1/box", "/api/v1/cameras", "/api/v1/alerts", "/api/v1/events", "/metrics", "/media/a.jpg",
                "/api/v1/configuration", "/api/v1/activity", "/api/v1/cameras/gate/live.mjpeg",
            ] {
                let answer = try await rig.ask("GET", path)
                #expect(answer.status == 401, "\(path)")
                #expect(answer.headers["www-authenticate"] != nil)
            }
            for path in ["/", "/healthz", "/readyz", "/openapi.json"] {
                #expect(try await rig.ask("GET", path).status == 200, "\(path)")
            }
        }
    }

    @Test func `a program shows the token with every request`() async throws {
        try await ConsoleRig.serve(token: Self.token) { (rig) async throws in
            #expect(try await rig.ask("GET", "/api/v1/box", ["Authorization: Bearer \(Self.token)"]).status == 200)
            #expect(try await rig.ask("GET", "/api/v1/box", ["authorization: bearer \(Self.token)"]).status == 200)
            for wrong in ["Bearer \(Self.token)x", "Bearer ", "Basic \(Self.token)", Self.token] {
                #expect(try await rig.ask("GET", "/api/v1/box", ["Authorization: \(wrong)"]).status == 401)
            }
        }
    }

    @Test func `a browser logs in once, and out again`() async throws {
        try await ConsoleRig.serve(token: Self.token) { (rig) async throws in
            let form = ["Content-Type: application/x-www-form-urlencoded"]
            let field = "x=1&token=a+token%20that+is+long+enough"
            let answer = try await rig.ask("POST", "/login", form, body: field)
            #expect(answer.status == 303 && answer.headers["location"] == "/")
            let cookie = try #require(answer.headers["set-cookie"])
            for word in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(word)) }
            #expect(!cookie.contains("Secure") && !cookie.contains("token"))
            let session = "Cookie: other=1; \(cookie.prefix { $0 != ";" })"
            #expect(try await rig.ask("GET", "/api/v1/box", [session]).status == 200)
            #expect(try await rig.ask("POST", "/logout", [session]).status == 303)
            #expect(try await rig.ask("GET", "/api/v1/box", [session]).status == 401)
            #expect(try await rig.ask("GET", "/api/v1/box", ["Cookie: neurond=guess"]).status == 401)
            let proxied = try await rig.ask("POST", "/login", form + ["X-Forwarded-Proto: https"], body: field)
            #expect(proxied.headers["set-cookie"]?.contains("Secure") == true)
            let crossSite = try await rig.ask("POST", "/login", form + ["Origin: http://evil.example"], body: field)
            #expect(crossSite.status == 403)
        }
    }

    @Test func `guessing is slowed down, and who is logged in goes on`() async throws {
        // The clock stands: ten guesses may take as long as they like.
        try await ConsoleRig.serve(token: Self.token, clock: HandClock()) { (rig) async throws in
            let form = ["Content-Type: application/x-www-form-urlencoded"]
            let field = "token=a+token+that+is+long+enough"
            let cookie = try #require(try await rig.ask("POST", "/login", form, body: field).headers["set-cookie"])
            for _ in 0..<10 {
                #expect(try await rig.ask("POST", "/login", form, body: "token=wrong").status == 401)
            }
            let limited = try await rig.ask("POST", "/login", form, body: field)
            #expect(limited.status == 429 && limited.headers["retry-after"] != nil)
            #expect(try await rig.ask("GET", "/api/v1/box", ["Authorization: Bearer \(Self.token)"]).status == 429)
            #expect(try await rig.ask("GET", "/api/v1/box", ["Cookie: \(cookie.prefix { $0 != ";" })"]).status == 200)
        }
    }

    @Test func `behind a proxy a guesser holds up only itself`() async throws {
        try await ConsoleRig.serve(token: Self.token, clock: HandClock()) { (rig) async throws in
            let (right, wrong) = ("Authorization: Bearer \(Self.token)", "Authorization: Bearer guess")
            func status(_ headers: String...) async throws -> Int {
                try await rig.ask("GET", "/api/v1/box", headers).status
            }
            for number in 0..<10 {
                // What a client puts into the header itself, the proxy's word stands behind.
                #expect(try await status(wrong, "X-Forwarded-For: 10.9.9.\(number), 203.0.113.7") == 401)
            }
            #expect(try await status(right, "X-Forwarded-For: 203.0.113.7") == 429)
            #expect(try await status(right, "X-Forwarded-For: 203.0.113.8") == 200)
            #expect(try await status(right, "X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 2001:db8::8") == 200)
            #expect(try await status(right) == 200)
        }
    }

    private static let peers: [(String?, String?, String)] = [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"), ("::1", "1.1.1.1, 2001:DB8::7", "2001:db8::7"),
        ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"), ("127.0.0.1", nil, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, unknown", "127.0.0.1"), ("127.0.0.1", "", "127.0.0.1"),
        ("10.0.0.4", "203.0.113.7", "10.0.0.4"), (nil, "203.0.113.7", "unknown"),
    ]

    @Test(arguments: peers)
    func `only a proxy on this box is believed whom it asks for`(connection: String?, list: String?, peer: String) {
        var headers: HTTPFields = [:]
        headers[.xForwardedFor] = list
        #expect(RequestOrigin.peer(of: connection, headers) == peer)
    }

    @Test func `where no token is wanted, a login is one all the same`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            let form = ["Content-Type: application/x-www-form-urlencoded"]
            #expect(try await rig.ask("POST", "/login", body: "token=x").status == 415)
            #expect(try await rig.ask("POST", "/login", form, body: "").status == 400)
            #expect(try await rig.ask("POST", "/login", form, body: "token=x&token=y").status == 400)
            #expect(try await rig.ask("POST", "/login", form, body: "token=%zz").status == 400)
            #expect(try await rig.ask("POST", "/login", form, body: "token=x").status == 303)
        }
    }

    @Test func `every answer forbids to frame, sniff and keep it`() async throws {
        try await ConsoleRig.serve(token: Self.token) { (rig) async throws in
            for path in ["/", "/api/v1/box", "/nothing", "/healthz", "/../x"] {
                let headers = try await rig.ask("GET", path).headers
                #expect(headers["x-content-type-options"] == "nosniff", "\(path)")
                #expect(headers["referrer-policy"] == "no-referrer")
                #expect(headers["cross-origin-resource-policy"] == "same-origin")
                #expect(headers["cache-control"]?.hasPrefix("no-") == true)
                let policy = try #require(headers["content-security-policy"])
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe") && !policy.contains("http"))
                #expect(headers["server"] == nil && headers["access-control-allow-origin"] == nil)
            }
        }
    }

    @Test func `an address that others reach is not served without a token, nor with a short one`() {
        let open = ConsoleAddress(host: "0.0.0.0", port: 0)
        #expect(ConsoleSettings(address: open).objection != nil)
        #expect(ConsoleSettings(address: open, token: "short").objection?.contains("short") == false)
        #expect(ConsoleSettings(address: open, token: Self.token).objection == nil)
        #expect(ConsoleSettings().objection == nil)
    }
}
