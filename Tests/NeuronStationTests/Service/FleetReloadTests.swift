import Logging
import NeuronConfiguration
import NeuronCore
import NeuronTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import NeuronStation

/// Eight cameras of a real RTSP server, of which one changes while all of them watch.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: RTSPCamera.isAvailable, "the RTSP server's packages are missing")
)
struct FleetReloadTests {
    private let server: RTSPCamera
    private let channel = AlertChannel(capacity: 100_000)
    private let drafts = Drafts()
    private let names = (0..<8).map { "cam\($0)" }

    private final class Drafts: Sendable {
        let all = Mutex<[AlertDraft]>([])
    }

    init() throws {
        server = try RTSPCamera(clips: Array(repeating: FixtureLabel.path(of: "clips/walker.mp4"), count: 8))
    }

    private func configuration(changing name: String? = nil, without gone: String? = nil) throws -> Configuration {
        let cameras = names.filter { $0 != gone }.map { camera in
            "  - {id: \(camera), source: \"\(server.url(camera))\", sampling: \(camera == name ? "always" : "keyframes")}\n"
        }
        return try ConfigurationReader.read(text: "cameras:\n" + cameras.joined(), environment: [:])
    }

    @Test func `the seven that did not change miss no packet and go on with what is open`() async throws {
        let old = try configuration()
        let plans = CameraPlan.all(of: old)
        let logger = Logger(label: "fleet") { _ in SwiftLogNoOpLogHandler() }
        let supervisor = CameraSupervisor(plans, workers: 2, channel: channel, clock: SystemClock(), logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: supervisor)], logger: logger))
        let running = Task { try await group.run() }
        let receiving = Task { [channel, drafts] in
            await channel.receive { batch in drafts.all.withLock { $0 += batch } }
        }

        try await wait { supervisor.fleet.members.count == 8 && packets(supervisor).values.allSatisfy { $0 > 25 } }
        try await pause()
        let before = try await missing(supervisor)
        try resume()
        // Somebody walks through all eight pictures.
        try await wait { open().count == 8 }
        let cameras = supervisor.fleet.members

        let new = try configuration(changing: "cam3")
        let plan = ReloadPlan(from: old, to: new)
        #expect(plan.restarted.names == ["cam3"] && plan.kept.count == 7)
        let coming = CameraPlan.all(of: new).filter { plan.restarted.contains($0.camera.id) }
        await supervisor.change(leaving: Set(plan.restarted), coming: coming)

        try await wait { (packets(supervisor)["cam3"] ?? 0) > 50 }
        try await pause()
        let after = try await missing(supervisor)
        for name in names where name != "cam3" { #expect(after[name] == before[name], "\(name)") }
        let stayed = supervisor.fleet.members.filter { $0.camera.plan.camera.id.rawValue != "cam3" }
        #expect(stayed.map(\.number) == cameras.filter { $0.camera.plan.camera.id.rawValue != "cam3" }.map(\.number))
        #expect(stayed.allSatisfy { $0.camera.statistics.dropped == 0 && $0.camera.isUp })
        #expect(try ended(because: "configuration") == ["cam3"])
        try await end(group, running, receiving)
        #expect(drafts.all.withLock { $0.count { $0.type.contains(".camera.lost.") } } == 0)
    }

    @Test func `cameras come and go while others go on, and one that cannot be reached is only lost itself`()
        async throws
    {
        let old = try configuration(without: "cam7")
        let logger = Logger(label: "fleet") { _ in SwiftLogNoOpLogHandler() }
        let supervisor = CameraSupervisor(
            CameraPlan.all(of: old),
            workers: 2,
            channel: channel,
            clock: SystemClock(),
            logger: logger
        )
        let group = ServiceGroup(configuration: .init(services: [.init(service: supervisor)], logger: logger))
        let running = Task { try await group.run() }
        let receiving = Task { [channel, drafts] in
            await channel.receive { batch in drafts.all.withLock { $0 += batch } }
        }
        try await wait { supervisor.fleet.members.count == 7 && packets(supervisor).values.allSatisfy { $0 > 25 } }
        try await pause()
        let before = try await missing(supervisor)
        try resume()
        var unreachable = try #require(old.cameras.first)
        unreachable.id = SensorID(sanitising: "far")
        unreachable.source = SourceAddress("rtsp://127.0.0.1:9/x")
        unreachable.lostAfter = .milliseconds(300)
        var configuration = try configuration(without: "cam0")
        configuration.cameras.append(unreachable)
        let plan = ReloadPlan(from: old, to: configuration)
        #expect(plan.added.names == ["cam7", "far"] && plan.removed.names == ["cam0"] && plan.kept.count == 6)
        let coming = CameraPlan.all(of: configuration).filter { plan.added.contains($0.camera.id) }
        await supervisor.change(leaving: Set(plan.removed), coming: coming)
        try await wait { (packets(supervisor)["cam7"] ?? 0) > 25 }
        try await wait { drafts.all.withLock { $0.contains { $0.type.contains(".camera.lost.") } } }
        try await pause()
        let after = try await missing(supervisor)
        #expect(after["cam0"] == nil && after["cam7"] != nil)
        for name in names[1..<7] { #expect(after[name] == before[name], "\(name)") }
        #expect(supervisor.fleet.members.count { $0.camera.isUp } == 7)
        let lost = drafts.all.withLock { $0.filter { $0.type.contains(".camera.lost.") }.map(\.source) }
        #expect(lost.count == 1 && lost[0].hasSuffix(":far"))
        try await end(group, running, receiving)
    }

    private func end(_ group: ServiceGroup, _ running: Task<Void, any Error>, _ receiving: Task<Void, Never>)
        async throws
    {
        await group.triggerGracefulShutdown()
        try await running.value
        await receiving.value
    }

    private func packets(_ supervisor: CameraSupervisor) -> [String: Int] {
        let members = supervisor.fleet.members.map { ($0.camera.plan.camera.id.rawValue, $0.reader.packets) }
        return Dictionary(uniqueKeysWithValues: members)
    }

    /// Holds all cameras back, so that what was sent can be compared with what came.
    private func pause() async throws {
        for name in names { try server.control("stall \(name)") }
    }

    private func resume() throws {
        for name in names { try server.control("resume \(name)") }
    }

    /// How many pictures each camera sent that were not read.
    private func missing(_ supervisor: CameraSupervisor) async throws -> [String: Int] {
        var (last, rounds) = (packets(supervisor), 0)
        // What is under way arrives.
        while rounds < 30 {
            try await Task.sleep(for: .milliseconds(100))
            let now = packets(supervisor)
            rounds = now == last ? rounds + 1 : 0
            last = now
        }
        return Dictionary(
            uniqueKeysWithValues: last.map { ($0.key, (Int(server.ask("sent \($0.key)")) ?? -1) - $0.value) }
        )
    }

    private func open() -> Set<String> {
        drafts.all.withLock { drafts in
            var open: [String: String] = [:]
            for draft in drafts where draft.type.contains(".motion.") {
                open[draft.alertID] = draft.type.contains(".ended.") ? nil : draft.source
            }
            return Set(open.values)
        }
    }

    private func ended(because reason: String) throws -> [String] {
        drafts.all.withLock { drafts in
            drafts.filter { draft in
                let line = draft.encode(AlertStamp(epoch: 1, number: 1, recordedTime: .epoch))
                return String(decoding: line, as: UTF8.self).contains("\"endReason\":\"\(reason)\"")
            }.map { String($0.source.split(separator: ":").last ?? "") }
        }
    }

    private func wait(for condition: () -> Bool) async throws {
        let deadline = SystemClock().monotonicNow() + .seconds(480)
        while !condition() {
            try #require(SystemClock().monotonicNow() < deadline, "not in time")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
