import Glibc
import NeuronConsole
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronConsole

/// Pictures and clips, as a browser and as a burglar asks for them.
@Suite(.timeLimit(.minutes(10))) struct MediaTests {
    private let folder: TemporaryDirectory
    private let evidence: String

    init() throws {
        folder = try TemporaryDirectory()
        evidence = folder.file("evidence")
        try Directories.make(evidence + "/2026/11/21/gate", mode: 0o700)
        _ = try folder.write("0123456789".utf8, to: "evidence/2026/11/21/gate/a.mp4")
        _ = try folder.write("picture".utf8, to: "evidence/2026/11/21/gate/a.jpg")
        _ = try folder.write("secret".utf8, to: "secret.jpg")
        _ = try folder.write("hidden".utf8, to: "evidence/.hidden.jpg")
        _ = try folder.write("script".utf8, to: "evidence/page.html")
        symlink("../secret.jpg", evidence + "/link.jpg")
        symlink("..", evidence + "/up")
        mkfifo(evidence + "/pipe.jpg", 0o600)
        try Directories.make(evidence + "/folder.jpg", mode: 0o700)
    }

    private func serve(_ test: @Sendable (ConsoleRig) async throws -> Void) async throws {
        try await ConsoleRig.serve(StubFeed(evidenceFolder: evidence), test)
    }

    @Test func `a clip comes whole, with its type and a name for its bytes`() async throws {
        try await serve { (rig) async throws in
            let answer = try await rig.ask("GET", "/media/2026/11/21/gate/a.mp4")
            #expect(answer.status == 200 && answer.text == "0123456789")
            #expect(answer.headers["content-type"] == "video/mp4")
            #expect(answer.headers["content-disposition"] == "inline")
            #expect(answer.headers["accept-ranges"] == "bytes")
            #expect(answer.headers["last-modified"]?.hasSuffix(" GMT") == true)
            let tag = try #require(answer.headers["etag"])
            let again = try await rig.ask("GET", "/media/2026/11/21/gate/a.mp4", ["If-None-Match: \(tag)"])
            #expect(again.status == 304 && again.body.isEmpty)
        }
    }

    @Test(arguments: [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"), ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-3", 206, "789", "bytes 7-9/10"), ("bytes=0-99", 206, "0123456789", "bytes 0-9/10"),
        ("bytes=5-2", 200, "0123456789", nil), ("bytes=0-1,4-5", 200, "0123456789", nil),
        ("lines=1-2", 200, "0123456789", nil), ("bytes=99999999999999999999-", 200, "0123456789", nil),
        ("bytes=+1-2", 200, "0123456789", nil), ("bytes=-", 200, "0123456789", nil),
    ])
    func `a part comes where one part is asked for`(range: String, status: Int, body: String, place: String?)
        async throws
    {
        try await serve { (rig) async throws in
            let answer = try await rig.ask("GET", "/media/2026/11/21/gate/a.mp4", ["Range: \(range)"])
            #expect(answer.status == status && answer.text == body)
            #expect(answer.headers["content-range"] == place)
        }
    }

    @Test func `a part that is not there is refused with the file's length`() async throws {
        try await serve { (rig) async throws in
            for range in ["bytes=10-", "bytes=-0"] {
                let answer = try await rig.ask("GET", "/media/2026/11/21/gate/a.mp4", ["Range: \(range)"])
                #expect(answer.status == 416 && answer.headers["content-range"] == "bytes */10")
            }
        }
    }

    @Test func `a part of another file than the one that was begun is no part`() async throws {
        try await serve { (rig) async throws in
            let headers = ["Range: bytes=2-4", "If-Range: \"other\""]
            #expect(try await rig.ask("GET", "/media/2026/11/21/gate/a.mp4", headers).text == "0123456789")
        }
    }

    @Test(arguments: [
        "/media/../secret.jpg", "/media/%2e%2e/secret.jpg", "/media/..%2fsecret.jpg", "/media/%2e%2e%2fsecret.jpg",
        "/media/2026/../../../secret.jpg", "/media/%252e%252e/secret.jpg", "/media//secret.jpg", "/media/./a.jpg",
        "/media/..\\secret.jpg", "/media/%5c..%5csecret.jpg", "/media/a.jpg%00.mp4", "/media/%00", "/media/%ff.jpg",
        "/media/%c0%ae%c0%ae/secret.jpg", "/media/link.jpg", "/media/up/secret.jpg", "/media/pipe.jpg",
        "/media/folder.jpg", "/media/.hidden.jpg", "/media/page.html", "/media/", "/media",
        "/media/2026/11/21/gate/", "/media/2026/11/21/gate/a.mp4/", "/media/2026/11/21/gate/a.jpg/../a.mp4",
        "/media/a/b/c/d/e/f/g/h/i.jpg", "/media/etc/passwd", "//media/2026/11/21/gate/a.jpg", "/media/%zz.jpg",
        "/media/proc/self/environ", "/MEDIA/2026/11/21/gate/a.jpg", "/assets/../openapi.json", "/assets/%2e%2e/x",
    ])
    func `a tricky path leads nowhere`(path: String) async throws {
        try await serve { (rig) async throws in
            let answer = try await rig.ask("GET", path)
            #expect([400, 404].contains(answer.status), "\(answer.status)")
            #expect(answer.text.contains("\"error\"") && !answer.text.contains("secret"))
        }
    }

    @Test(arguments: [
        ("http://localhost/api/v1/box", "evil.example", 421),
        ("http://localhost/media/../secret.jpg", "localhost", 400),
        ("http://evil.example/media/2026/11/21/gate/a.jpg", "localhost", 200),
    ])
    func `of a full address as the path only the path counts, and the host is that of its header`(
        address: String,
        host: String,
        status: Int
    ) async throws {
        try await serve { (rig) async throws in
            let answer = try await rig.ask(raw: "GET \(address) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(answer.status == status)
        }
    }

    @Test func `without evidence there is none`() async throws {
        try await ConsoleRig.serve { (rig) async throws in
            #expect(try await rig.ask("GET", "/media/2026/11/21/gate/a.jpg").status == 404)
        }
    }

    @Test func `a head says what the body would be`() async throws {
        try await serve { (rig) async throws in
            let answer = try await rig.ask(
                raw: "HEAD /media/2026/11/21/gate/a.mp4 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                within: 2
            )
            #expect(answer.status == 200 && answer.headers["content-length"] == "10" && answer.body.isEmpty)
        }
    }

    @Test func `times are written as HTTP wants them`() throws {
        let time = try #require(WallTime(rfc3339: "2026-11-21T08:09:10.999Z"))
        #expect(HTTPDate.text(time) == "Sat, 21 Nov 2026 08:09:10 GMT")
        #expect(HTTPDate.text(.epoch) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
