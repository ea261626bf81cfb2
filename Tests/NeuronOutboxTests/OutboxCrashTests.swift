import Foundation
import GRDB
import Glibc
import NeuronBus
import NeuronCore
import NeuronOutbox
import NeuronTestSupport
import Testing

/// Kills a process that appends and delivers, again and again, and then looks for every event whose commit it had reported.
@Suite(.timeLimit(.minutes(10))) struct OutboxCrashTests {
    let folder = ScratchFolder()

    @Test func `a kill at any moment loses no committed event and leaves no hole`() async throws {
        var generator = SeededGenerator(seed: 20_261_120)
        var promised: [String: String] = [:]
        for run in 0..<40 {
            let reports = try Probe(folder: folder.path, run: run).runAndKill(
                afterLines: Int.random(in: 0...60, using: &generator),
                orMilliseconds: run % 4 == 0 ? Int32.random(in: 0...60, using: &generator) : 10_000
            )
            try dropHalfMessage()
            for (id, sequence) in reports {
                #expect(promised.updateValue(sequence, forKey: id) == nil)
            }
        }
        #expect(promised.count > 500)
        let epoch = try await finish()
        // A kill while the very first database is being made begins another epoch, before anything was promised.
        let prefix = AlertStamp(epoch: epoch, number: 0, recordedTime: .epoch).sequence.prefix { $0 != "-" }
        #expect(promised.values.allSatisfy { $0.hasPrefix(prefix) })
        let stored = try await checkDatabase()
        #expect(promised.allSatisfy { stored[$0.key] == $0.value })
        try checkBus(stored: Set(stored.keys), kills: 40)
        let lines = try checkFiles()
        // The file has all that was ever committed, reported or not, and nothing else.
        #expect(lines.keys == stored.keys)
        #expect(stored.allSatisfy { lines[$0.key]?.contains($0.value) == true })
    }

    /// What the daemon does at its next start: close what is open, deliver what is left; gives the outbox's epoch.
    private func finish() async throws -> Int64 {
        let outbox = try Outbox(OutboxSettings(path: folder.database, sinks: ["file", "bus"]), clock: SystemClock())
        #expect(!outbox.opening.isNew && outbox.opening.damage == nil)
        for alert in try await outbox.openAlerts() {
            let id = alert.alertID + "-interrupted"
            _ = try await outbox.append([draft(id, source: alert.source, alert: alert.alertID, phase: .closes)])
        }
        #expect(try await outbox.openAlerts().isEmpty)
        let sink = JSONLinesFile(name: "file", path: folder.path + "/alerts.jsonl")
        while case let batch = try await outbox.pending(for: "file", limit: 64), !batch.isEmpty {
            try await sink.deliver(batch)
            try await outbox.settle(batch.map(\.row), for: "file")
        }
        await sink.close()
        try await finishBus(outbox)
        await outbox.close()
        return outbox.opening.epoch
    }

    /// The platform says what it has, and the rest arrives.
    private func finishBus(_ outbox: Outbox) async throws {
        try await outbox.confirm(eventIDs: try busLines().map(\.id), for: "bus")
        let pace = DeliveryPace(batchSize: 20, keepsOrder: false)
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/bus.log"))
        try log.seekToEnd()
        while case let batch = try await outbox.next(for: "bus", pace: pace), !batch.alerts.isEmpty {
            for alert in batch.alerts { try log.write(contentsOf: Data(alert.body + [10])) }
            try await outbox.record(.all(batch.alerts), of: batch, for: "bus", pace: pace)
        }
        #expect(try await outbox.pending(for: "bus", limit: 1).isEmpty)
    }

    private func busLines() throws -> [(id: String, line: String)] {
        try String(contentsOfFile: folder.path + "/bus.log", encoding: .utf8).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return (try #require(object?["id"] as? String), String(line))
        }
    }

    /// Of a broker that was given half a message: a kill cuts a write to a file at the end of a page.
    private func dropHalfMessage() throws {
        let path = folder.path + "/bus.log"
        guard let bytes = FileManager.default.contents(atPath: path), bytes.last != 10 else { return }
        #expect(truncate(path, (bytes.lastIndex(of: 10) ?? -1) + 1) == 0)
    }

    /// All that was committed arrived with the same bytes, no more than a window twice per kill, each alert in its order.
    private func checkBus(stored: Set<String>, kills: Int) throws {
        let lines = try busLines()
        var first: [String: (place: Int, line: String)] = [:]
        for (place, line) in lines.enumerated() {
            let known = first[line.id] ?? (place, line.line)
            #expect(known.line == line.line)
            first[line.id] = known
        }
        #expect(Set(first.keys) == stored)
        #expect(lines.count - first.count <= kills * 20)
        for (id, start) in first where id.hasSuffix("-started") {
            let alert = id.dropLast("-started".count)
            let rest = ["-updated", "-ended"].compactMap { first[alert + $0]?.place }
            #expect(([start.place] + rest).elementsEqual(([start.place] + rest).sorted()), "\(alert)")
        }
    }

    /// Looks into the database without our own code and gives the sequence of each id.
    private func checkDatabase() async throws -> [String: String] {
        let queue = try DatabaseQueue(path: folder.database)
        defer { try? queue.close() }
        return try await queue.read { db in
            #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            let holes = try Row.fetchAll(
                db,
                sql: """
                    SELECT source, count(*), min(number), max(number), count(DISTINCT number) FROM event JOIN route USING (route)
                    GROUP BY source HAVING min(number) != 1 OR max(number) != count(*) OR count(DISTINCT number) != count(*)
                    """
            )
            #expect(holes.isEmpty, "\(holes)")
            // Every beginning has its end.
            let unended = try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM event WHERE id = alert || '-started' AND NOT EXISTS (
                      SELECT 1 FROM event AS e WHERE e.id IN (event.alert || '-ended', event.alert || '-interrupted'))
                    """
            )
            #expect(unended == 0)
            // Each message counted once: its answer, its event and its share of the document are all there or none is.
            let answers = try Int.fetchOne(db, sql: "SELECT count(*) FROM inbox") ?? 0
            let events = try Int.fetchOne(db, sql: "SELECT count(*) FROM event WHERE alert = 'desk-alert'")
            let state = try String.fetchOne(db, sql: "SELECT CAST(state AS TEXT) FROM alert_document")
            #expect(answers > 40 && events == answers && state == "\(answers)")
            let rows = try Row.fetchAll(db, sql: "SELECT id, epoch, number FROM event")
            return Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    (row[0], AlertStamp(epoch: row[1], number: row[2], recordedTime: .epoch).sequence)
                }
            )
        }
    }

    /// Reads all files of the sink and gives the line of each id; what is there twice must be the same.
    private func checkFiles() throws -> [String: String] {
        var lines: [String: String] = [:]
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in names where name.hasPrefix("alerts.jsonl") {
            let text = try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
            #expect(text.isEmpty || text.hasSuffix("\n"))
            for line in text.split(separator: "\n").map(String.init) {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                let id = try #require(object?["id"] as? String)
                #expect(lines.updateValue(line, forKey: id) ?? line == line)
            }
        }
        return lines
    }
}

/// One run of `outbox-crash-probe`.
private struct Probe {
    let folder: String
    let run: Int

    /// Starts it, reads what it reports and kills it; gives id and sequence of each report.
    func runAndKill(afterLines wanted: Int, orMilliseconds limit: Int32) throws -> [(String, String)] {
        let pipe = try ClosedPipe()
        defer { close(pipe.reading) }
        let child = try start(output: pipe.writing)
        close(pipe.writing)
        var text = read(from: pipe.reading, untilLines: wanted, orMilliseconds: limit)
        child.signal(SIGKILL)
        // What it had reported before it was killed counts as well.
        text += read(from: pipe.reading, untilLines: .max, orMilliseconds: 10_000)
        #expect(child.wait() == SIGKILL, "the probe ended by itself in run \(run)")
        return text.split(separator: UInt8(ascii: "\n")).map { line in
            let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
            return (words[0], words[1])
        }
    }

    private func start(output: Int32) throws -> ChildProcess {
        // What it complains of is for people who read the tests' own output.
        try ChildProcess(
            [ChildProcess.path(ofBuilt: "outbox-crash-probe"), folder, "\(run)"],
            .init(output: output, errors: STDERR_FILENO)
        )
    }

    private func read(from descriptor: Int32, untilLines wanted: Int, orMilliseconds limit: Int32) -> [UInt8] {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var lines = 0
        while lines < wanted {
            var wish = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wish, 1, limit) > 0 else { break }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
            lines += buffer[..<count].count { $0 == UInt8(ascii: "\n") }
        }
        return text
    }
}
