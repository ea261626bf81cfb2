import Foundation
import NeuronBus
import NeuronConfiguration
import Testing

/// The lists against the brokers that enforce them.
@Suite(.timeLimit(.minutes(10))) struct AccessListBrokerTests {
    private let folder = ScratchFolder()
    private let place = "nd/v1/d310104/s005/c012/g031"

    private func list() throws -> AccessList {
        let desk = try #require(DeskAccess("street_s005=d310104/s005", commands: false))
        return try AccessList(boxes: [box("box-0007", "cam0042"), box("box-0008", "cam0043")], desks: [desk])
    }

    private func box(_ name: String, _ camera: String) throws -> Configuration {
        let text = """
            box: \(name)
            site: {district: d310104, street: s005, community: c012, grid: g031}
            cameras:
              - {id: \(camera), source: rtsp://h/s}
            sinks: [{type: mqtt, url: mqtts://localhost}, {type: nats, url: nats://127.0.0.1}]

            """
        return try ConfigurationReader.read(text: text, directory: folder.path, environment: [:])
    }

    private func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: "\(folder.path)/\(name)", atomically: true, encoding: .utf8)
        return "\(folder.path)/\(name)"
    }

    /// An authority, and certificates of the server and of those who are to come.
    private func makeCertificates(for names: [String]) throws {
        func openssl(_ arguments: [String]) throws { try LocalProcess("openssl", arguments).wait() }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        let authority = ["-keyout", "\(folder.path)/ca.key", "-out", "\(folder.path)/ca.pem"]
        try openssl(["req", "-x509", "-subj", "/CN=test"] + key + authority)
        for name in names {
            let base = "\(folder.path)/\(name)"
            let signed = [
                "-CA", "\(folder.path)/ca.pem", "-CAkey", "\(folder.path)/ca.key", "-addext",
                "subjectAltName=DNS:\(name)",
                "-addext", "basicConstraints=CA:FALSE",
            ]
            try openssl(
                ["req", "-x509", "-subj", "/CN=\(name)"] + key + signed + [
                    "-keyout", "\(base).key", "-out", "\(base).pem",
                ]
            )
        }
    }

    private func startMosquitto() async throws -> (port: Int, broker: LocalProcess) {
        try makeCertificates(for: ["localhost", "box-0007", "street_s005"])
        let port = try LocalProcess.freePort()
        let path = try write(
            """
            listener \(port) 127.0.0.1
            cafile \(folder.path)/ca.pem
            certfile \(folder.path)/localhost.pem
            keyfile \(folder.path)/localhost.key
            require_certificate true
            use_identity_as_username true
            allow_anonymous false
            acl_file \(write(try list().mosquitto(), to: "acl"))
            user root

            """,
            to: "mosquitto.conf"
        )
        let broker = try LocalProcess("mosquitto", ["-c", path])
        await broker.transcript.waits(for: "running")
        return (port, broker)
    }

    /// What mosquitto_pub says of a message that a user sends; empty where it was taken.
    private func complaint(on port: Int, _ user: String?, _ topic: String) async throws -> String {
        let identity = user.map { ["--cert", "\(folder.path)/\($0).pem", "--key", "\(folder.path)/\($0).key"] } ?? []
        let message = ["-V", "mqttv5", "-q", "1", "-t", topic, "-m", "x"]
        let broker = ["-h", "localhost", "-p", "\(port)", "--cafile", "\(folder.path)/ca.pem"]
        return try await output(of: ["mosquitto_pub"] + message + broker + identity).joined(separator: "\n")
    }

    /// All that a program prints until it ends.
    private func output(of command: [String]) async throws -> [String] {
        let process = try LocalProcess("bash", ["-c", "\"$@\"; echo that was all", "bash"] + command)
        await process.transcript.waits(for: "that was all")
        process.wait()
        return process.transcript.lines.filter { $0 != "that was all" }
    }

    @Test func `mosquitto lets a box speak for its own cameras, and only what a box says`() async throws {
        let (port, broker) = try await startMosquitto()
        defer { broker.stop() }
        #expect(try await complaint(on: port, "box-0007", "\(place)/cam0042/evt/motion") == "")
        #expect(try await complaint(on: port, "box-0007", "\(place)/box-0007/state/online") == "")
        for topic in ["cam0042/fb/A", "cam0042/cmd/arm", "cam0043/evt/motion", "cam0042/other"] {
            #expect(
                try await complaint(on: port, "box-0007", "\(place)/\(topic)").contains("Not authorized"),
                "\(topic)"
            )
        }
        #expect(try await complaint(on: port, "street_s005", "\(place)/cam0042/fb/A") == "")
        for topic in ["\(place)/cam0042/evt/motion", "\(place)/cam0042/cmd/arm", "nd/v1/d310104/s006/c/g/x/fb/A"] {
            #expect(try await complaint(on: port, "street_s005", topic).contains("Not authorized"), "\(topic)")
        }
        #expect(try await complaint(on: port, nil, "\(place)/cam0042/evt/motion") != "")
    }

    @Test func `nats-server takes the block and enforces it`() async throws {
        let port = try LocalProcess.freePort()
        let block = try write(try list().nats(), to: "acl.conf")
        let path = try write(
            "listen: 127.0.0.1:\(port)\ninclude \"\(block.split(separator: "/").last ?? "")\"\n",
            to: "n.conf"
        )
        let passwords = ["ND_BOX_0007=letmein", "ND_BOX_0008=other", "ND_STREET_S005=letmein2"]
        let server = try LocalProcess("env", passwords + ["nats-server", "-c", path])
        await server.transcript.waits(for: "Server is ready")
        defer { server.stop() }
        func answers(_ user: String, _ password: String, _ lines: [String]) async throws -> [String] {
            let hello = #"CONNECT {"user":"\#(user)","pass":"\#(password)","verbose":true}"#
            let text = ([hello] + lines + ["PING"]).map { $0 + "\\r\\n" }.joined()
            let script = "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '%b' '\(text)' >&3; timeout 5 sed -u '/PONG/q' <&3"
            return try await output(of: ["bash", "-c", script]).filter { $0.contains("-ERR") }
        }
        let own = "nd.v1.d310104.s005.c012.g031.cam0042"
        func publishing(_ subject: String) -> [String] { ["PUB \(subject) 1", "x"] }
        #expect(try await answers("box-0007", "letmein", publishing("\(own).evt.motion")) == [])
        #expect(try await answers("box-0007", "letmein", ["SUB \(own).fb.> 1", "SUB _INBOX.box-0007.a.> 2"]) == [])
        for lines in [
            publishing("\(own).fb.A"), publishing("nd.v1.d310104.s005.c012.g031.cam0043.evt.motion"), ["SUB nd.v1.> 1"],
            ["SUB _INBOX.street_s005.> 1"],
        ] {
            #expect(
                try await answers("box-0007", "letmein", lines).first?.contains("Permissions Violation") == true,
                "\(lines)"
            )
        }
        #expect(
            try await answers("street_s005", "letmein2", publishing("\(own).fb.A") + ["SUB nd.v1.d310104.s005.> 1"])
                == []
        )
        #expect(try await answers("street_s005", "letmein2", publishing("\(own).cmd.arm")).count == 1)
        // What it answers may be lost with the connection that it cuts; what it logs is not.
        _ = try await answers("box-0007", "wrong", [])
        await server.transcript.waits(for: "authentication error")
    }

    @Test func `JetStream gives a box what is said to its own cameras, and nothing of another box's`() async throws {
        let passwords = "ND_BOX_0007: b\nND_BOX_0008: c\nND_STREET_S005: d\n"
        let server = try await NATSServer("jetstream { store_dir: \"STORE\" }\n" + passwords + list().nats())
        defer { server.process.kill() }
        let own = ["box-0007", "cam0042"].flatMap { ["\(place)/\($0)/fb/+", "\(place)/\($0)/cmd/+"] }
        let foreign = "\(place)/cam0043/fb/+"
        var settings = server.settings()
        (settings.username, settings.password, settings.subscriptions) = ("box-0007", "b", own + [foreign])
        let link = NATSLink(settings)
        var inbox = link.messages.makeAsyncIterator()
        try await link.openAndWait()
        let dotted = place.replacingOccurrences(of: "/", with: ".")
        let desk = ["--user", "street_s005", "--password", "d"]
        for camera in ["cam0043", "cam0042"] {
            try server.reader(["store", "\(dotted).\(camera).fb.A"], input: camera, options: desk)
        }
        #expect(await inbox.next()?.payload == Array("cam0042".utf8))
        let words = "Nothing can be received by \(foreign)"
        while link.condition.lastFailure?.contains(words) != true { await Task.yield() }
        #expect(link.condition.isConnected)
        await link.close()
        #expect(await inbox.next() == nil)

        let box = ["--user", "box-0007", "--password", "b"]
        let spy = """
            {"stream_name":"ND_FB","config":{"name":"spy","durable_name":"spy","ack_policy":"explicit",\
            "filter_subject":"\(dotted).cam0043.fb.*","deliver_subject":"_INBOX.box-0007.spy"}}
            """
        for request in [
            "CONSUMER.DURABLE.CREATE.ND_FB.spy", "CONSUMER.CREATE.ND_FB", "CONSUMER.CREATE.ND_FB.spy",
            "CONSUMER.CREATE.ND_FB.spy.\(dotted).cam0043.fb.*", "CONSUMER.LIST.ND_FB", "STREAM.MSG.GET.ND_FB",
            "DIRECT.GET.ND_FB",
        ] {
            let failure = #expect(throws: NATSReader.Failure.self, "\(request)") {
                try server.reader(["request", "$JS.API.\(request)", spy], options: box)
            }
            #expect(failure?.description.contains("Permissions Violation") == true, "\(request)")
        }
        // Its own camera in the request's subject, another's in the request.
        let lie = "$JS.API.CONSUMER.CREATE.ND_FB.spy.\(dotted).cam0042.fb.*"
        #expect(try server.reader(["request", lie, spy], options: box).contains(#""error""#))
    }
}
