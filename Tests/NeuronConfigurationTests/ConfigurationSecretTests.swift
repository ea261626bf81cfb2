import Testing

@testable import NeuronConfiguration

/// No message ever holds what may be a secret.
@Suite struct ConfigurationSecretTests {
    @Test func `a password in a URL is refused with the two lines that are right`() {
        let text = "cameras:\n  - id: gate-north\n    source: rtsp://admin:hunter2@10.0.0.21:554/stream1?channel=1\n"
        #expect(
            problems(of: text) == [
                "3:13: cameras[0].source: The URL holds a user or a password, and secrets never stand in this file. Write the two "
                    + "lines `source: rtsp://10.0.0.21:554/stream1?channel=1` and `credentials: gate-north`: the systemd credential "
                    + "`gate-north`, or the path of a file, with user:password on one line."
            ]
        )
    }

    @Test func `the advice names the camera even when its id needs a correction`() {
        let found = problems(of: "cameras:\n  - id: Gate North\n    source: rtsp://admin:hunter2@h/s\n")
        #expect(found.count == 2 && found[1].contains("`credentials: gate-north`"))
    }

    @Test func `a password in a query is refused with the place that is right`() {
        #expect(
            problems(of: "cameras:\n  - id: a\n    source: rtsp://h/v?user=admin&password=hunter2\n") == [
                "3:13: cameras[0].source: The URL holds a value for `password`, and secrets never stand in this file. Write "
                    + "`password={password}` here, and the line `credentials: a`: the systemd credential `a`, or the path of a "
                    + "file, with user:password on one line."
            ]
        )
        let filled = "cameras:\n  - id: a\n    source: rtsp://h/v?user={user}&password={password}\n"
        #expect(problems(of: filled + "    credentials: a\n") == [])
        #expect(
            problems(of: filled) == [
                "3:13: cameras[0].source: The URL has a place for user or password, and `credentials` doesn't say where they are."
            ]
        )
    }

    @Test(arguments: [
        "rtsp://admin:hunter2@h/s", "rtsp://admin:hun/ter2@h/s", "rtsp://admin:hun?ter2@h/s",
        "rtsp://admin:hun#ter2@h/s",
        "rtsp://admin:hun@ter2@h/s", "rtsp://hunter2@h/s", "\"rtsp://admin:hun ter2@h/s\"", "RTSP://admin:hunter2@h/s",
        "rtps://admin:hunter2@h/s", "rtsp://h/user=admin_password=hunter2_channel=1", "rtsp://h/s?PASSWORD=hunter2",
        "rtsp://h/s?x=1&pwd=hunter2@ter2", "http://h/cgi?token=hunter2", "rtsp://admin:hunter2@h/s?password=ter2",
        "rtsp://hunter2@[fe80::1]:port/",
    ])
    func `no spelling of a secret in a source comes back`(source: String) {
        let found = problems(of: "cameras:\n  - id: a\n    source: \(source)\n")
        #expect(found.count == 1)
        #expect(
            !found.joined().contains("hunter2") && !found.joined().contains("ter2") && !found.joined().contains("hun")
        )
    }

    @Test(arguments: [
        "password: hunter2", "user: hunter2", "credentials: admin:hunter2",
        "credentials: {user: admin, password: hunter2}",
        "credentials: [hunter2]", "credentials: 'hunter2 x'", "name: [rtsp://admin:hunter2@h]",
        "transport: rtsp://admin:hunter2@h/s", "sampling: admin:x@hunter2", "rtsp://admin:hunter2@h/s: x",
        "site: {grid: rtsp://admin:hunter2@h}", "openTimeout: rtsp://hunter2@h", "credentials: !x hunter2",
        "credentials: \"hunter2", "source: rtsp://admin:hunter2@h/s", "credentials: *hunter2",
        "password: \"hunter2\\q\"",
    ])
    func `no message shows a secret that was put in the wrong place`(line: String) {
        let found = problems(of: withCamera("    \(line)\n"))
        #expect(!found.isEmpty)
        #expect(!found.joined().contains("hunter2"), "\(found)")
    }

    @Test func `a printed configuration holds no secret`() throws {
        let read = try configuration(withCamera("    credentials: /etc/neurond/gate\n"))
        #expect(read.cameras[0].credentials == .file("/etc/neurond/gate"))
        #expect(!"\(read)".contains("password"))
    }
}
