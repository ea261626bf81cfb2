import Foundation
import Glibc
import NeuronBus
import NeuronCore
import Testing

/// Servers that are there but not as they should be.
@Suite(.timeLimit(.minutes(10)))
struct NATSFaultTests {
    @Test func `a server without JetStream is named as such`() async throws {
        let server = try await NATSServer("")
        defer { server.process.kill() }
        let link = NATSLink(server.settings())
        try await link.openAndWait()
        #expect(link.condition.lastFailure?.contains("has no JetStream") == true)
        let report = try await link.deliver([busAlert(1)])
        #expect(report.delivered.isEmpty)
        #expect(report.failure?.contains("No stream of JetStream takes nd.v1.d1.s1.c1.g1.cam1.evt.motion") == true)
        await link.close()
    }

    @Test func `a stream that is missing is not made where it is somebody else's`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        var settings = server.settings()
        settings.managesStreams = false
        let link = NATSLink(settings)
        try await link.openAndWait()
        let report = try await link.deliver([busAlert(1)])
        #expect(report.failure?.contains("No stream of JetStream takes") == true)
        #expect(try server.reader(["request", "$JS.API.STREAM.NAMES"]).contains(#""total":0"#))
        await link.close()
    }

    @Test func `events that another stream takes do not count as safe`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        try server.reader(["request", "$JS.API.STREAM.CREATE.OTHER", #"{"name":"OTHER","subjects":["nd.>"]}"#])
        var settings = server.settings()
        settings.managesStreams = false
        let link = NATSLink(settings)
        try await link.openAndWait()
        let report = try await link.deliver([busAlert(1)])
        #expect(report.delivered.isEmpty)
        #expect(report.refused.isEmpty)
        #expect(report.failure?.contains("The stream OTHER of JetStream takes what is meant for ND_EVT") == true)
        await link.close()
    }

    @Test func `a stream of somebody else stays as it is and is described`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        let stream = #"{"name":"ND_EVT","subjects":["nd.v1.*.*.*.*.*.evt.>"],"discard":"old","storage":"memory"}"#
        try server.reader(["request", "$JS.API.STREAM.CREATE.ND_EVT", stream])
        let link = NATSLink(server.settings())
        try await link.openAndWait()
        let words = try #require(link.condition.lastFailure)
        #expect(words.contains("ND_EVT of JetStream was made by somebody else and stays as it is"))
        #expect(words.contains("it forgets the oldest events"))
        #expect(words.contains("kept in memory"))
        #expect(try server.reader(["request", "$JS.API.STREAM.INFO.ND_EVT"]).contains(#""discard":"old""#))
        #expect(try await link.deliver([busAlert(1)]).delivered == [1])
        await link.close()
    }

    @Test func `a full stream keeps what it has, and the rest waits`() async throws {
        let server = try await NATSServer()
        defer { server.process.kill() }
        var settings = server.settings()
        settings.maxBytes = 64 << 10
        let link = NATSLink(settings)
        try await link.openAndWait()
        let source = BacklogDriver((1...200).map { busAlert($0) }, link)
        var report = DeliveryReport()
        while report.failure == nil { report = try await source.deliverOne() }
        #expect(report.failure?.contains("maximum bytes exceeded") == true)
        #expect(report.refused.isEmpty)
        let stored = try server.stored().count
        #expect(await source.remaining == 200 - stored)
        await link.close()
    }

    @Test func `a user who may not publish somewhere has that event refused and the others taken`() async throws {
        let rights = #"permissions: { publish: { deny: "nd.v1.d1.s1.c1.g1.cam1.evt.plate" } }"#
        let server = try await NATSServer(
            """
            jetstream { store_dir: "STORE" }
            authorization { users: [ { user: "box-0007", password: "secret word", \(rights) } ] }
            """
        )
        defer { server.process.kill() }
        var settings = server.settings()
        settings.username = "box-0007"
        settings.password = "secret word"
        let link = NATSLink(settings)
        try await link.openAndWait()
        let alerts = [busAlert(1), busAlert(2, type: "org.neurond.plate.sighted.v1"), busAlert(3)]
        let report = try await link.deliver(alerts)
        #expect(report.delivered.sorted() == [1, 3])
        #expect(report.refused.map(\.row) == [2])
        await link.close()
    }

    @Test func `a wrong password is said without the password, and tried again for ever`() async throws {
        let server = try await NATSServer(
            #"authorization { users: [ { user: "box-0007", password: "right" } ] }"#
        )
        defer { server.process.kill() }
        var settings = server.settings()
        settings.username = "box-0007"
        settings.password = "wr0ng pa:ss"
        let link = NATSLink(settings)
        try await link.open()
        while link.condition.lastFailure == nil { await Task.yield() }
        #expect(link.condition.lastFailure?.contains("does not accept the user and password") == true)
        #expect(link.condition.lastFailure?.contains("wr0ng") == false)
        await link.close()
    }

    @Test func `settings that can never work are refused at once`() async throws {
        var settings = NATSSettings(client: "box-0007", servers: ["nats://me:secret@127.0.0.1"])
        var error = await #expect(throws: NATSError.self) { try await NATSLink(settings).open() }
        #expect(error?.description.contains("secret") == false)
        settings.servers = ["127.0.0.1:4222"]
        await #expect(throws: NATSError.self) { try await NATSLink(settings).open() }
        settings.servers = ["nats://127.0.0.1:4222"]
        settings.subscriptions = ["nd/v1/#"]
        await #expect(throws: NATSError.self) { try await NATSLink(settings).open() }
        settings.subscriptions = []
        settings.tls = NATSSettings.TLS(caFile: "/nowhere/ca.pem")
        error = await #expect(throws: NATSError.self) { try await NATSLink(settings).open() }
        #expect(error?.description.contains("/nowhere/ca.pem") == true)
    }

    @Test func `a disk that is full is noticed, and nothing is lost when there is room again`() async throws {
        let folder = ScratchFolder()
        let disk = try SmallDisk(at: folder.path + "/disk", kilobytes: 2048)
        let server = try await NATSServer(#"jetstream { store_dir: "\#(disk.path)", max_file: 64MB }"#)
        defer { server.process.kill() }
        var settings = server.settings()
        settings.maxBytes = 16 << 20
        settings.patience = .milliseconds(500)
        let link = NATSLink(settings)
        try await link.openAndWait()
        let source = BacklogDriver((1...4000).map { busAlert($0) }, link)
        while link.condition.isConnected { _ = try await source.deliverOne() }
        #expect(link.condition.lastFailure?.contains("its disk may be full") == true)
        #expect(await source.remaining > 0)
        server.process.kill()
        #expect(mount("tmpfs", disk.path, "tmpfs", UInt(MS_REMOUNT), "size=32m") == 0)
        try await server.start()
        try await source.deliver(until: 4000)
        await link.close()
        let stored = try server.stored().compactMap(\.headers["Nats-Msg-Id"])
        #expect(Set(stored).count == 4000)
        #expect(stored.count == 4000)
    }
}
