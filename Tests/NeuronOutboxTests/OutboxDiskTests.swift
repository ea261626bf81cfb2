import Foundation
import Glibc
import NeuronCore
import NeuronOutbox
import Testing

@Suite(.timeLimit(.minutes(10)), .enabled(if: geteuid() == 0, "mounting a small file system needs root"))
struct OutboxDiskTests {
    let folder = ScratchFolder()

    @Test func `a full disk refuses appends, still lets rows go, and recovers by itself`() async throws {
        let disk = try SmallDisk(at: folder.path + "/disk", kilobytes: 4096)
        let clock = ManualClock()
        let settings = OutboxSettings(
            path: disk.path + "/outbox.db",
            capacityBytes: 64 << 20,
            sinks: ["file"],
            ballastBytes: 512 << 10
        )
        let outbox = try Outbox(settings, clock: clock)
        #expect(try await outbox.statistics().isBallastInPlace)
        _ = try await outbox.append((0..<200).map { draft("\($0)", importance: .started, bytes: 700) })
        try fill(disk.path + "/other")
        // Nobody else gives way, so the outbox lives on its ballast and then on what it has, oldest first.
        var appended = 200
        for round in 0..<100 {
            let receipts = try await outbox.append(
                (0..<20).map { draft("\(round)-\($0)", importance: .started, bytes: 700) }
            )
            appended += receipts.count
        }
        #expect(try await outbox.statistics().isBallastInPlace == false)
        let report = try await outbox.shedReport()
        let left = try await drain(outbox, sink: "file")
        #expect(Int64(left.count) + report.events == Int64(appended) && report.events > 0)
        #expect(left.last?.id == "99-19")
        try FileManager.default.removeItem(atPath: disk.path + "/other")
        try await outbox.maintain()
        #expect(try await outbox.statistics().isBallastInPlace)
        #expect(try await outbox.append([draft("after")]).first?.outcome == .committed)
        await outbox.close()
    }

    @Test func `a disk that has not a byte left is a clear error and nothing is lost`() async throws {
        let disk = try SmallDisk(at: folder.path + "/disk", kilobytes: 2048)
        let settings = OutboxSettings(path: disk.path + "/outbox.db", sinks: ["file"], ballastBytes: 0)
        let outbox = try Outbox(settings, clock: ManualClock())
        _ = try await outbox.append((0..<20).map { draft("\($0)", bytes: 700) })
        try fill(disk.path + "/other")
        var committed = 20
        var failure: OutboxError?
        for round in 0..<200 where failure == nil {
            do {
                committed += try await outbox.append((0..<60).map { draft("\(round)-\($0)", bytes: 2000) }).count
            } catch let error as OutboxError {
                failure = error
            }
        }
        #expect(failure?.code == .full)
        #expect(failure?.description.contains("outbox.db") == true)
        try FileManager.default.removeItem(atPath: disk.path + "/other")
        committed += try await outbox.append([draft("after")]).count
        let report = try await outbox.shedReport()
        let left = try await drain(outbox, sink: "file")
        #expect(Int64(left.count) + report.events == Int64(committed))
        await outbox.close()
    }

    @Test func `a box whose disk is full can still start`() async throws {
        let disk = try SmallDisk(at: folder.path + "/disk", kilobytes: 4096)
        let settings = OutboxSettings(path: disk.path + "/outbox.db", sinks: ["file"], ballastBytes: 512 << 10)
        let first = try Outbox(settings, clock: ManualClock())
        _ = try await first.append([draft("1")])
        await first.close()
        try fill(disk.path + "/other")
        let again = try Outbox(settings, clock: ManualClock())
        #expect(try await again.append([draft("2")]).first?.outcome == .committed)
        #expect(try await drain(again, sink: "file").map(\.id) == ["1", "2"])
        await again.close()
    }

    private func fill(_ path: String) throws {
        let file = try OpenFile(path: path, flags: O_WRONLY | O_CREAT)
        for size in [65_536, 4096] {
            while (try? file.write([UInt8](repeating: 1, count: size))) != nil {}
        }
    }
}

/// A file system of its own that is soon full; it is unmounted with the test.
private final class SmallDisk {
    let path: String

    init(at path: String, kilobytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
            throw SystemError("mount a small file system")
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }
}
