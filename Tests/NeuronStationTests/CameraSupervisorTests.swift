import Logging
import NeuronConfiguration
import NeuronCore
import NeuronTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import NeuronStation

/// Cameras that cannot be reached, so that only the supervisor does something.
@Suite(.timeLimit(.minutes(10))) struct CameraSupervisorTests {
    private let channel = AlertChannel(capacity: 10_000)
    private let quiet = Logger(label: "supervisor") { _ in SwiftLogNoOpLogHandler() }

    private func plan(_ name: String, lostAfter: TimeSpan = .seconds(3600)) -> CameraPlan {
        var camera = CameraConfiguration(
            id: SensorID(sanitising: name),
            source: SourceAddress("rtsp://127.0.0.1:9/x")
        )
        camera.lostAfter = lostAfter
        return CameraPlan(camera, box: .unnamed)
    }

    @Test func `a reload while the first cameras are being started finds all of them`() async throws {
        let plans = (0..<64).map { plan("cam\($0)") }
        let supervisor = CameraSupervisor(plans, workers: 2, channel: channel, clock: SystemClock(), logger: quiet)
        let group = ServiceGroup(configuration: .init(services: [.init(service: supervisor)], logger: quiet))
        let running = Task { try await group.run() }
        while supervisor.fleet.members.isEmpty { await Task.yield() }
        await supervisor.change(leaving: Set(plans.map(\.camera.id)), coming: plans)
        let numbers = supervisor.fleet.members.map(\.number)
        #expect(numbers == Array(65...128))
        await group.triggerGracefulShutdown()
        try await running.value
    }

    @Test func `time in which the daemon was held up is nobody's silence, and all other time is`() async throws {
        let clock = DeskClock(.epoch)
        let plan = plan("far", lostAfter: .seconds(4))
        let supervisor = CameraSupervisor([plan], workers: 1, channel: channel, clock: clock, logger: quiet)
        var overload = OverloadWatch([], workers: 1, clock: clock, logger: quiet)
        var stalls = StallGuard(period: .milliseconds(250))
        await supervisor.change(leaving: [], coming: [])
        let camera = try #require(supervisor.fleet.members.first?.camera)
        var isLost: [Bool] = []
        for seconds: Int64 in [1, 1, 60, 1, 1, 1] {
            clock.pass(seconds)
            supervisor.tick(&overload, &stalls)
            isLost.append(camera.bulletin.withLock(\.lostBecause) != nil)
        }
        // Two seconds and a quarter are counted at the third look.
        #expect(isLost == [false, false, false, false, true, true])
        await supervisor.change(leaving: [plan.camera.id], coming: [])
    }
}
