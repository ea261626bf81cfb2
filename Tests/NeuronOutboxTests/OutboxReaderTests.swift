import Foundation
import NeuronCore
import NeuronOutbox
import Testing

@Suite(.timeLimit(.minutes(10))) struct OutboxReaderTests {
    let folder = ScratchFolder()
    let clock = ManualClock()

    func open() throws -> Outbox {
        try Outbox(OutboxSettings(path: folder.database, sinks: ["file"], ballastBytes: 0), clock: clock)
    }

    func read(_ filter: OutboxFilter = OutboxFilter()) async throws -> [String] {
        let reader = try OutboxReader(path: folder.database)
        var ids: [String] = []
        for try await alert in OutboxFeed(reader, filter: filter, isFollowing: false) { ids.append(alert.id) }
        return ids
    }

    @Test func `history is read while the daemon runs and after it has gone`() async throws {
        let outbox = try open()
        _ = try await outbox.append((0..<600).map { draft("\($0)") })
        try await outbox.settle(Array(1...300), for: "file")
        #expect(try await read() == (0..<600).map(String.init))
        await outbox.close()
        #expect(try await read() == (0..<600).map(String.init))
    }

    @Test func `a filter looks at time and type`() async throws {
        let outbox = try open()
        _ = try await outbox.append([
            draft("1", type: "org.neurond.motion.started.v1", time: WallTime(nanoseconds: 10)),
            draft("2", type: "org.neurond.motion.ended.v1", time: WallTime(nanoseconds: 20)),
            draft("3", type: "org.neurond.health.report.v1", time: WallTime(nanoseconds: 30)),
        ])
        #expect(try await read(OutboxFilter(since: WallTime(nanoseconds: 20))) == ["2", "3"])
        #expect(try await read(OutboxFilter(type: "org.neurond.motion.ended.v1")) == ["2"])
        #expect(try await read(OutboxFilter(type: "org.neurond.motion.*")) == ["1", "2"])
        #expect(try await read(OutboxFilter(since: WallTime(nanoseconds: 20), type: "*.motion.*")) == ["2"])
        #expect(try await read(OutboxFilter(type: "org.neurond.?ealth.report.v1")) == [])
        #expect(try await read(OutboxFilter(type: "org.neurond.[h]ealth.report.v1")) == [])
        await outbox.close()
    }

    @Test func `rare events behind many others are found page by page`() async throws {
        let outbox = try open()
        for round in 0..<50 { _ = try await outbox.append((0..<100).map { draft("\(round)-\($0)") }) }
        _ = try await outbox.append([draft("rare", type: "rare")])
        #expect(try await read(OutboxFilter(type: "rare")) == ["rare"])
        await outbox.close()
    }

    @Test func `open alerts are seen from another process' view`() async throws {
        let outbox = try open()
        let reader = try OutboxReader(path: folder.database)
        _ = try await outbox.append([
            draft("1", alert: "A", phase: .opens, time: WallTime(nanoseconds: 10)),
            draft("2", alert: "B", phase: .opens, type: "tamper", time: WallTime(nanoseconds: 20)),
        ])
        #expect(try await reader.openAlerts().map(\.alertID) == ["A", "B"])
        #expect(try await reader.openAlerts(OutboxFilter(type: "tamp*")).map(\.alertID) == ["B"])
        #expect(try await reader.openAlerts(OutboxFilter(since: WallTime(nanoseconds: 15))).map(\.alertID) == ["B"])
        _ = try await outbox.append([draft("3", alert: "A", phase: .closes)])
        #expect(try await reader.openAlerts().map(\.alertID) == ["B"])
        await outbox.close()
    }

    @Test func `a feed follows commits, a restart and a new database`() async throws {
        let first = try open()
        _ = try await first.append([draft("1")])
        let reader = try OutboxReader(path: folder.database)
        var feed = OutboxFeed(reader, isFollowing: true, pause: .milliseconds(5)).makeAsyncIterator()
        #expect(try await feed.next()?.id == "1")
        async let second = first.append([draft("2")])
        #expect(try await feed.next()?.id == "2")
        _ = try await second
        await first.close()
        let restarted = try open()
        _ = try await restarted.append([draft("3")])
        #expect(try await feed.next()?.id == "3")
        await restarted.close()
        try FileManager.default.removeItem(atPath: folder.database)
        let anew = try open()
        _ = try await anew.append([draft("4")])
        #expect(try await feed.next()?.id == "4")
        await anew.close()
    }

    @Test func `a feed that follows ends with its task`() async throws {
        let outbox = try open()
        let reader = try OutboxReader(path: folder.database)
        let follower = Task {
            for try await _ in OutboxFeed(reader, isFollowing: true, pause: .milliseconds(5)) {}
        }
        follower.cancel()
        _ = try? await follower.value
        await outbox.close()
    }

    @Test func `a missing outbox and a file that is none are errors`() throws {
        let missing = #expect(throws: OutboxError.self) { try OutboxReader(path: folder.database) }
        #expect(missing?.code == .missing)
        #expect(!FileManager.default.fileExists(atPath: folder.database))
        try Data("this is no database, but it is long enough to look like one".utf8)
            .write(to: URL(fileURLWithPath: folder.database))
        let damaged = #expect(throws: OutboxError.self) { try OutboxReader(path: folder.database) }
        #expect(damaged?.code == .damaged)
    }
}
