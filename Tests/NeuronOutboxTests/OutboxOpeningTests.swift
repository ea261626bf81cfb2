import Foundation
import GRDB
import NeuronCore
import NeuronOutbox
import Testing

@Suite(.timeLimit(.minutes(10))) struct OutboxOpeningTests {
    let folder = ScratchFolder()
    let clock = ManualClock()

    func open() throws -> Outbox {
        try Outbox(OutboxSettings(path: folder.database, sinks: ["file"], ballastBytes: 4096), clock: clock)
    }

    func fill(_ count: Int) async throws {
        let outbox = try open()
        _ = try await outbox.append((0..<count).map { draft("\($0)", bytes: 600) })
        await outbox.close()
    }

    func failure(_ body: () throws -> Void) -> OutboxError? {
        #expect(throws: OutboxError.self) { try body() }
    }

    @Test func `a new outbox is private, in WAL mode and in epoch one`() async throws {
        let outbox = try Outbox(
            OutboxSettings(path: folder.path + "/state/deep/outbox.db", sinks: []),
            clock: clock
        )
        #expect(outbox.opening.isNew && outbox.opening.epoch == 1 && outbox.opening.damage == nil)
        _ = try await outbox.append([draft("1")])
        let state = folder.path + "/state/deep"
        for name in try FileManager.default.contentsOfDirectory(atPath: state) {
            let mode = try FileManager.default.attributesOfItem(atPath: state + "/" + name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: state)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        #expect(FileManager.default.fileExists(atPath: state + "/outbox.db-wal"))
        await outbox.close()
        #expect(!FileManager.default.fileExists(atPath: state + "/outbox.db-wal"))
    }

    @Test func `a second writer is refused and told who has it`() async throws {
        let outbox = try open()
        let error = failure { _ = try open() }
        #expect(error?.code == .locked)
        #expect(
            error?.description.contains("process \(getpid())") == true
                || error?.description.contains("(\(getpid()))") == true
        )
        await outbox.close()
        await (try open()).close()
    }

    @Test func `an outbox that went out of scope without close is free again`() async throws {
        do {
            let outbox = try open()
            _ = try await outbox.append([draft("1")])
        }
        let again = try open()
        #expect(try await again.pending(for: "file", limit: 9).map(\.id) == ["1"])
        await again.close()
    }

    @Test func `a lost database begins a new epoch`() async throws {
        try await fill(3)
        try FileManager.default.removeItem(atPath: folder.database)
        let outbox = try open()
        #expect(outbox.opening.isNew && outbox.opening.epoch == 2)
        #expect(try await outbox.append([draft("0")]).first?.sequence == "0002-00000000000000000001")
        await outbox.close()
    }

    @Test func `an older copy that is put back begins a new epoch and keeps its events`() async throws {
        try await fill(3)
        let copy = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        try FileManager.default.removeItem(atPath: folder.database)
        try await fill(1)
        try copy.write(to: URL(fileURLWithPath: folder.database))
        let outbox = try open()
        #expect(!outbox.opening.isNew && outbox.opening.epoch == 3)
        #expect(try await outbox.append([draft("x")]).first?.sequence == "0003-00000000000000000001")
        #expect(try await drain(outbox, sink: "file").map(\.id) == ["0", "1", "2", "x"])
        await outbox.close()
    }

    @Test func `a lost epoch file is written again`() async throws {
        try await fill(1)
        try FileManager.default.removeItem(atPath: folder.database + ".epoch")
        await (try open()).close()
        #expect(try String(contentsOfFile: folder.database + ".epoch", encoding: .utf8) == "1\n")
    }

    @Test(arguments: ["noise", "cut", "header", "page", "zeros"])
    func `a damaged database is moved aside and a new epoch begins`(damage: String) async throws {
        try await fill(300)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        let page = 4096
        switch damage {
        case "noise":
            var generator = SeededGenerator(seed: 1)
            bytes = Data((0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        case "cut": bytes = bytes.prefix(bytes.count / 2 / page * page)
        case "header": bytes.replaceSubrange(0..<16, with: Data(count: 16))
        case "page": bytes.replaceSubrange((10 * page)..<(14 * page), with: Data(repeating: 0xA5, count: 4 * page))
        default: bytes = Data(count: bytes.count)
        }
        try bytes.write(to: URL(fileURLWithPath: folder.database))
        let outbox = try open()
        let found = try #require(outbox.opening.damage)
        #expect(!found.reason.isEmpty)
        #expect(try Data(contentsOf: URL(fileURLWithPath: found.movedTo)) == bytes)
        #expect(outbox.opening.isNew && outbox.opening.epoch == 2)
        #expect(try await outbox.append([draft("0")]).first?.sequence == "0002-00000000000000000001")
        await outbox.close()
        let again = try open()
        #expect(again.opening.damage == nil && !again.opening.isNew)
        await again.close()
    }

    @Test func `an empty file becomes an outbox`() async throws {
        try Data().write(to: URL(fileURLWithPath: folder.database))
        let outbox = try open()
        #expect(outbox.opening.isNew)
        await outbox.close()
    }

    @Test(arguments: [false, true])
    func `a log without its database is moved aside`(isEmptied: Bool) async throws {
        let outbox = try open()
        _ = try await outbox.append([draft("1")])
        let log = try Data(contentsOf: URL(fileURLWithPath: folder.database + "-wal"))
        await outbox.close()
        try log.write(to: URL(fileURLWithPath: folder.database + "-wal"))
        if isEmptied {
            try Data().write(to: URL(fileURLWithPath: folder.database))
        } else {
            try FileManager.default.removeItem(atPath: folder.database)
        }
        let again = try open()
        let damage = try #require(again.opening.damage)
        #expect(try Data(contentsOf: URL(fileURLWithPath: damage.movedTo + "-wal")) == log)
        #expect(try await again.append([draft("1")]).first?.sequence == "0002-00000000000000000001")
        await again.close()
    }

    @Test func `damage that shows at run time is found at the next start, however large the file`() async throws {
        // More than SQLite keeps of it in memory.
        try await fill(6000)
        try Data().write(to: URL(fileURLWithPath: folder.database + ".suspect"))
        await (try open()).close()
        #expect(!FileManager.default.fileExists(atPath: folder.database + ".suspect"))
        let outbox = try open()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        bytes.replaceSubrange((8 * 4096)..<bytes.count, with: Data(repeating: 0xA5, count: bytes.count - 8 * 4096))
        try FileHandle(forWritingTo: URL(fileURLWithPath: folder.database)).write(contentsOf: bytes)
        let error = await #expect(throws: OutboxError.self) {
            while case let batch = try await outbox.pending(for: "file", limit: 64), !batch.isEmpty {
                try await outbox.settle(batch.map(\.row), for: "file")
            }
        }
        #expect(error?.code == .damaged)
        #expect(FileManager.default.fileExists(atPath: folder.database + ".suspect"))
        await outbox.close()
        let again = try open()
        #expect(again.opening.damage != nil)
        await again.close()
    }

    @Test func `a database of somebody else is refused and left as it is`() async throws {
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { try $0.execute(sql: "CREATE TABLE diary (day TEXT)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        #expect(failure { _ = try open() }?.code == .foreign)
        #expect(failure { _ = try OutboxReader(path: folder.database) }?.code == .foreign)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == before)
    }

    @Test func `an outbox of a newer neurond is refused`() async throws {
        try await fill(1)
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        #expect(failure { _ = try open() }?.code == .tooNew)
        #expect(failure { _ = try OutboxReader(path: folder.database) }?.code == .tooNew)
    }

    @Test func `a path or a capacity that can't be is refused`() throws {
        #expect(
            failure { _ = try Outbox(OutboxSettings(path: folder.path + "/.", sinks: []), clock: clock) }?.code
                == .storage
        )
        let small = OutboxSettings(path: folder.database, capacityBytes: 1000, sinks: [])
        #expect(failure { _ = try Outbox(small, clock: clock) }?.code == .configuration)
        let nowhere = OutboxSettings(path: "/proc/nothing/outbox.db", sinks: [])
        #expect(failure { _ = try Outbox(nowhere, clock: clock) }?.code == .storage)
    }
}
