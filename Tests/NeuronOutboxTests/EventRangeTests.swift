import Foundation
import NeuronCore
import NeuronOutbox
import Testing

@Suite(.timeLimit(.minutes(10))) struct EventRangeTests {
    let folder = ScratchFolder()
    let clock = ManualClock()
    let source = "urn:neurond:box:a"

    func open() throws -> Outbox {
        try Outbox(
            OutboxSettings(path: folder.database, historyKept: .seconds(3600), sinks: ["file"], ballastBytes: 0),
            clock: clock
        )
    }

    func sequence(_ number: Int64, epoch: Int64 = 1) -> String {
        AlertStamp(epoch: epoch, number: number, recordedTime: .epoch).sequence
    }

    /// 30 events of the source of three types, between others' events; number n happened at n seconds.
    func fill(_ outbox: Outbox) async throws {
        for number in 1...30 {
            let type = ["motion.started", "motion.ended", "plate.sighted"][number % 3]
            _ = try await outbox.append([
                draft("\(number)", type: "org.neurond.\(type).v1", time: .epoch + .seconds(Int64(number))),
                draft("other-\(number)", source: "urn:neurond:box:b"),
            ])
        }
    }

    @Test func `a range of sequences comes in its order with the same bytes`() async throws {
        let outbox = try open()
        try await fill(outbox)
        let page = try await outbox.events(of: source, .sequences(from: sequence(5), to: sequence(9)))
        #expect(page.alerts.map(\.id) == ["5", "6", "7", "8", "9"] && page.missing.isEmpty && page.next == nil)
        let stored = try await outbox.pending(for: "file", limit: 100)
        #expect(page.alerts.allSatisfy { stored.contains($0) })
        await outbox.close()
    }

    @Test func `pages follow each other to the end of the range`() async throws {
        let outbox = try open()
        try await fill(outbox)
        var ids: [String] = []
        var range: EventRange? = .sequences(from: sequence(2), to: sequence(29))
        var pages = 0
        while let asked = range {
            let page = try await outbox.events(of: source, asked, limit: 10)
            ids += page.alerts.map(\.id)
            range = page.next
            pages += 1
        }
        #expect(ids == (2...29).map(String.init) && pages == 3)
        await outbox.close()
    }

    @Test func `a range of times is what happened then`() async throws {
        let outbox = try open()
        try await fill(outbox)
        let from = WallTime.epoch + .seconds(10)
        let page = try await outbox.events(of: source, .times(from: from, to: from + .seconds(2)))
        #expect(page.alerts.map(\.id) == ["10", "11", "12"])
        #expect(try await outbox.events(of: source, .times(from: from)).alerts.count == 21)
        #expect(try await outbox.events(of: source, .times(from: .epoch + .seconds(99))) == EventPage())
        await outbox.close()
    }

    @Test func `what was trimmed is missing in as many ranges as there are holes`() async throws {
        let outbox = try open()
        try await fill(outbox)
        let gone = ["1", "2", "3", "7", "8", "29", "30"]
        let rows = try await outbox.pending(for: "file", limit: 100).filter { gone.contains($0.id) }.map(\.row)
        try await outbox.settle(rows, for: "file")
        clock.advance(by: .seconds(7200))
        try await outbox.maintain()
        let page = try await outbox.events(of: source, .sequences(from: sequence(1)))
        #expect(page.alerts.map(\.id) == (1...30).map(String.init).filter { !gone.contains($0) })
        let holes: [(Int64, Int64)] = [(1, 3), (7, 8), (29, 30)]
        #expect(page.missing == holes.map { SequenceRange(first: sequence($0), last: sequence($1)) })
        // Each hole is told once, whatever the size of the pages.
        var (missing, count): ([SequenceRange], Int) = ([], 0)
        var range: EventRange? = .sequences(from: sequence(1))
        while let asked = range {
            let page = try await outbox.events(of: source, asked, limit: 6)
            missing += page.missing
            count += page.alerts.count
            range = page.next
        }
        #expect(missing == page.missing && count == 23)
        await outbox.close()
    }

    @Test func `a range of which nothing is left is one hole`() async throws {
        let outbox = try open()
        try await fill(outbox)
        _ = try await drain(outbox, sink: "file")
        clock.advance(by: .seconds(7200))
        try await outbox.maintain()
        let page = try await outbox.events(of: source, .sequences(from: sequence(5), to: sequence(8)), limit: 2)
        #expect(page.missing == [SequenceRange(first: sequence(5), last: sequence(8))])
        #expect(page.alerts.isEmpty && page.next == nil)
        await outbox.close()
    }

    @Test func `numbers that were never given out are neither there nor missing`() async throws {
        let outbox = try open()
        try await fill(outbox)
        let page = try await outbox.events(of: source, .sequences(from: sequence(29), to: sequence(1_000_000)))
        #expect(page.alerts.map(\.id) == ["29", "30"] && page.missing.isEmpty && page.next == nil)
        #expect(try await outbox.events(of: source, .sequences(from: sequence(31))) == EventPage())
        #expect(try await outbox.events(of: source, .sequences(from: sequence(1, epoch: 2))) == EventPage())
        #expect(try await outbox.events(of: source, .sequences(from: sequence(9), to: sequence(5))) == EventPage())
        #expect(try await outbox.events(of: "urn:neurond:nobody", .sequences(from: sequence(1))) == EventPage())
        await outbox.close()
    }

    @Test func `a range goes on into the next epoch`() async throws {
        let outbox = try open()
        try await fill(outbox)
        await outbox.close()
        // Another database was here in between: what is appended now counts from 1 in a new epoch.
        try Data("2\n".utf8).write(to: URL(fileURLWithPath: folder.database + ".epoch"))
        let again = try open()
        _ = try await again.append([draft("new-1"), draft("new-2")])
        var ids: [String] = []
        var range: EventRange? = .sequences(from: sequence(29))
        while let asked = range {
            let page = try await again.events(of: source, asked, limit: 10)
            #expect(page.missing.isEmpty)
            ids += page.alerts.map(\.id)
            range = page.next
        }
        #expect(ids == ["29", "30", "new-1", "new-2"])
        await again.close()
    }

    @Test(arguments: ["", "1", "x-1", "1-", "-1-2", "0001-99999999999999999999", "0001-0000-1"])
    func `a text that is no sequence is refused`(text: String) async throws {
        let outbox = try open()
        try await fill(outbox)
        let error = await #expect(throws: OutboxError.self) {
            try await outbox.events(of: source, .sequences(from: text))
        }
        #expect(error?.code == .invalidSequence)
        await outbox.close()
    }
}
