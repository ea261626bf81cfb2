import Foundation
import NeuronCore
import NeuronOutbox
import Testing

@Suite(.timeLimit(.minutes(10))) struct OutboxSheddingTests {
    let folder = ScratchFolder()
    let clock = ManualClock()
    let capacity: Int64 = 2 << 20

    func open(capacity: Int64? = nil) throws -> Outbox {
        let settings = OutboxSettings(
            path: folder.database,
            capacityBytes: capacity ?? self.capacity,
            sinks: ["file"],
            ballastBytes: 0
        )
        return try Outbox(settings, clock: clock)
    }

    var fileBytes: Int64 {
        get throws {
            let size = try FileManager.default.attributesOfItem(atPath: folder.database)[.size] as? Int64
            return size ?? 0
        }
    }

    @Test func `a full outbox sheds by importance and reports every number that is missing`() async throws {
        let outbox = try open()
        let classes = AlertDraft.Importance.allCases
        var appended: [String: AlertDraft.Importance] = [:]
        for round in 0..<60 {
            let drafts = (0..<50).map { index in
                draft("\(round)-\(index)", importance: classes[index % 5], bytes: 700)
            }
            for (receipt, draft) in zip(try await outbox.append(drafts), drafts) {
                appended[receipt.sequence] = draft.importance
            }
        }
        #expect(try fileBytes <= capacity)
        let report = try await outbox.shedReport(limit: 100_000)
        let shed = try await outbox.statistics().shed
        let left = try await drain(outbox, sink: "file")
        #expect(report.events == Int64(3000 - left.count) && report.isComplete)
        #expect(shed.values.reduce(0, +) == report.events)
        // Nothing of a class goes while there is anything of a class below it.
        let counts = classes.map { shed[$0] ?? 0 }
        let firstKept = counts.firstIndex { $0 < 600 } ?? 5
        #expect(counts[..<firstKept].allSatisfy { $0 == 600 } && counts[(firstKept + 1)...].allSatisfy { $0 == 0 })
        #expect(firstKept > 0 && firstKept < 4)
        let kept = Set(left.compactMap { sequence(in: $0.body) })
        for range in report.ranges {
            let numbers = appended.filter {
                range.firstSequence...range.lastSequence ~= $0.key && $0.value == range.importance
            }
            #expect(numbers.keys.allSatisfy { !kept.contains($0) })
        }
        let missing = appended.filter { !kept.contains($0.key) }
        #expect(
            missing.allSatisfy { number, importance in
                report.ranges.contains { $0.importance == importance && $0.firstSequence...$0.lastSequence ~= number }
            }
        )
        await outbox.close()
    }

    @Test func `delivered events go before any that waits`() async throws {
        let outbox = try open()
        _ = try await outbox.append((0..<500).map { draft("old-\($0)", importance: .started, bytes: 700) })
        _ = try await drain(outbox, sink: "file")
        for round in 0..<30 {
            _ = try await outbox.append((0..<50).map { draft("\(round)-\($0)", importance: .health, bytes: 700) })
        }
        #expect(try await outbox.shedReport().events == 0)
        #expect(try await outbox.statistics().events < 2000)
        #expect(try await drain(outbox, sink: "file").count == 1500)
        await outbox.close()
    }

    @Test func `a new event of little importance goes itself when all else is worth more`() async throws {
        let outbox = try open()
        var receipts: [AppendReceipt] = []
        while try await outbox.shedReport().events == 0 {
            let round = receipts.count
            receipts += try await outbox.append(
                (0..<50).map { draft("\(round)-\($0)", importance: .started, bytes: 700) }
            )
        }
        let before = try await outbox.statistics().shed[.started]
        var outcomes: [AppendReceipt.Outcome] = []
        for number in 0..<100 {
            outcomes += try await outbox.append([draft("h\(number)", importance: .health, bytes: 700)]).map(\.outcome)
        }
        #expect(outcomes.contains(.shed))
        // Splitting pages of an index may cost a page for good, which is a handful of events.
        let after = try await outbox.statistics().shed[.started]
        #expect((after ?? 0) - (before ?? 0) <= 6)
        await outbox.close()
    }

    @Test func `a report is struck off with the commit of the event that carries it`() async throws {
        let outbox = try open()
        for round in 0..<60 {
            _ = try await outbox.append((0..<50).map { draft("\(round)-\($0)", importance: .updated, bytes: 700) })
        }
        let report = try await outbox.shedReport()
        #expect(report.ranges.count == 1)
        // The range grows between the look and the report: what came since is reported next time.
        _ = try await outbox.append((0..<50).map { draft("more-\($0)", importance: .updated, bytes: 700) })
        _ = try await outbox.append([draft("report", importance: .started)], reporting: report)
        let rest = try await outbox.shedReport()
        let total = try await outbox.statistics().shed[.updated]
        #expect(rest.events > 0 && report.events + rest.events == total)
        #expect(rest.ranges.first.map { $0.firstSequence > report.ranges[0].lastSequence } == true)
        _ = try await outbox.append([draft("report-2", importance: .started)], reporting: rest)
        await outbox.close()
        let again = try open()
        let after = try await again.statistics().shed[.updated]
        #expect(try await again.shedReport().events == (after ?? 0) - (total ?? 0))
        await again.close()
    }

    @Test func `open alerts outlive the shedding of all their events`() async throws {
        let outbox = try open()
        _ = try await outbox.append([draft("first", alert: "A", phase: .opens, importance: .health)])
        for round in 0..<60 {
            _ = try await outbox.append((0..<50).map { draft("\(round)-\($0)", importance: .started, bytes: 700) })
        }
        #expect(try await outbox.openAlerts().map(\.openingID) == ["first"])
        await outbox.close()
    }

    @Test func `many interleaved ranges stay bounded and still cover what is lost`() async throws {
        let outbox = try open(capacity: 1 << 20)
        for round in 0..<80 {
            let drafts = (0..<50).map { index in
                draft(
                    "\(round)-\(index)",
                    importance: index % 2 == 0 ? .updated : .started,
                    bytes: index % 2 == 0 ? 700 : 60
                )
            }
            _ = try await outbox.append(drafts)
        }
        let report = try await outbox.shedReport(limit: 100_000)
        let shed = try await outbox.statistics().shed.values.reduce(0, +)
        #expect(shed > 1000 && report.events == shed)
        #expect(report.ranges.count <= 1005)
        await outbox.close()
    }

    @Test func `a smaller capacity shrinks the file at the next opening`() async throws {
        let outbox = try open(capacity: 4 << 20)
        for round in 0..<80 {
            _ = try await outbox.append((0..<50).map { draft("\(round)-\($0)", bytes: 700) })
        }
        await outbox.close()
        #expect(try fileBytes > 3 << 20)
        let small = try open(capacity: 1 << 20)
        #expect(try await small.append([draft("x")]).first?.outcome == .committed)
        await small.close()
        #expect(try fileBytes <= 1 << 20)
    }

    @Test func `a group larger than the reserve still finds its place`() async throws {
        let outbox = try open()
        for round in 0..<12 {
            let receipts = try await outbox.append((0..<20).map { draft("\(round)-\($0)", bytes: 30_000) })
            #expect(receipts.last?.outcome == .committed)
        }
        #expect(try fileBytes <= capacity)
        await outbox.close()
    }

    @Test func `what can never fit is an error and the outbox goes on`() async throws {
        let outbox = try open()
        let error = await #expect(throws: OutboxError.self) {
            try await outbox.append((0..<5).map { draft("big-\($0)", bytes: 900_000) })
        }
        #expect(error?.code == .full)
        #expect(try await outbox.append([draft("small")]).first?.sequence == "0001-00000000000000000001")
        await outbox.close()
    }

    @Test func `the file shrinks again after an outage`() async throws {
        let outbox = try open(capacity: 16 << 20)
        for round in 0..<100 { _ = try await outbox.append((0..<50).map { draft("\(round)-\($0)", bytes: 700) }) }
        _ = try await drain(outbox, sink: "file")
        clock.advance(by: .seconds(8 * 86_400))
        for _ in 0..<60 { try await outbox.maintain() }
        await outbox.close()
        #expect(try fileBytes < 2 << 20)
    }

    private func sequence(in body: [UInt8]) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: String]
        return object?["sequence"]
    }
}
