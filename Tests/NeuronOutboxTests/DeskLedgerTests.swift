import Foundation
import NeuronCore
import NeuronOutbox
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct DeskLedgerTests {
    let folder = ScratchFolder()
    let clock = ManualClock()

    func open(capacity: Int64 = 1 << 26) throws -> Outbox {
        try Outbox(
            OutboxSettings(path: folder.database, capacityBytes: capacity, sinks: ["file"], ballastBytes: 0),
            clock: clock
        )
    }

    func document(_ alert: String, _ text: String = "{}", isOpen: Bool = true, due: Int64? = nil) -> StoredDocument {
        StoredDocument(
            alertID: alert,
            state: Array(text.utf8),
            isOpen: isOpen,
            deadline: due.map { WallTime(nanoseconds: $0) },
            updated: clock.wallNow()
        )
    }

    struct Refused: Error, Equatable {}

    @Test func `an answer, a document and an event are committed together`() async throws {
        let outbox = try open()
        let kept = document("A", "state")
        let receipts = try await outbox.transact { ledger in
            #expect(try ledger.storedResult(source: "desk", id: "1") == nil)
            try ledger.store(result: [1, 2], source: "desk", id: "1")
            try ledger.save(kept)
            return try ledger.append([draft("1", alert: "A")])
        }
        #expect(receipts.map(\.sequence) == ["0001-00000000000000000001"])
        await outbox.close()
        let again = try open()
        #expect(try await again.document(alert: "A") == kept)
        #expect(try await again.transact { try $0.storedResult(source: "desk", id: "1") } == [1, 2])
        #expect(try await again.transact { try $0.storedResult(source: "other", id: "1") } == nil)
        #expect(try await again.pending(for: "file", limit: 9).map(\.id) == ["1"])
        await again.close()
    }

    @Test func `a body that throws leaves no trace, gets its own error and spoils nobody else's work`() async throws {
        let outbox = try open()
        let kept = document("A")
        async let other = outbox.append([draft("other")])
        await #expect(throws: Refused()) {
            try await outbox.transact { ledger in
                try ledger.save(kept)
                try ledger.append([draft("1")])
                throw Refused()
            }
        }
        #expect(try await other.map(\.outcome) == [.committed])
        #expect(try await outbox.document(alert: "A") == nil)
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["other"])
        await outbox.close()
    }

    @Test func `a document too long is refused by name`() async throws {
        let outbox = try open()
        var long = document("A")
        long.state = [UInt8](repeating: 0, count: StoredDocument.longestState + 1)
        let kept = long
        let error = await #expect(throws: OutboxError.self) { try await outbox.transact { try $0.save(kept) } }
        #expect(error?.code == .tooLong && error?.description.contains("alert A") == true)
        let answer = long.state
        let other = await #expect(throws: OutboxError.self) {
            try await outbox.transact { try $0.store(result: answer, source: "s", id: "7") }
        }
        #expect(other?.code == .tooLong)
        let third = await #expect(throws: OutboxError.self) {
            try await outbox.transact {
                try $0.store(result: [1], source: "s", id: String(repeating: "x", count: 2000))
            }
        }
        #expect(third?.code == .tooLong)
        await outbox.close()
    }

    @Test func `documents are found by alert, by being open and by their deadline`() async throws {
        let outbox = try open()
        let all = [
            document("A", due: 30), document("B", isOpen: false, due: 10), document("C"), document("D", due: 20),
        ]
        try await outbox.transact { ledger in for one in all { try ledger.save(one) } }
        let found = try await outbox.transact { ledger in
            (
                try ledger.openDocuments(limit: 2), try ledger.openDocuments(after: "C", limit: 2),
                try ledger.dueDocuments(before: WallTime(nanoseconds: 20), limit: 9)
            )
        }
        #expect(found.0.map(\.alertID) == ["A", "C"] && found.1.map(\.alertID) == ["D"])
        #expect(found.2.map(\.alertID) == ["B", "D"])
        // A second saving replaces the first.
        let changed = document("B", "changed", isOpen: true)
        try await outbox.transact { try $0.save(changed) }
        #expect(try await outbox.document(alert: "B") == changed)
        #expect(try await outbox.documents(after: "A", onlyOpen: true).map(\.alertID) == ["B", "C", "D"])
        await outbox.close()
    }

    @Test func `closed documents and answers go when their time is over, open ones stay`() async throws {
        let outbox = try open()
        let (closed, kept) = (document("A", isOpen: false), document("B"))
        try await outbox.transact { ledger in
            for one in [closed, kept] { try ledger.save(one) }
            try ledger.store(result: [1], source: "desk", id: "1")
        }
        clock.advance(by: .seconds(6 * 86_400))
        try await outbox.maintain()
        #expect(try await outbox.documents().count == 2)
        #expect(try await outbox.transact { try $0.storedResult(source: "desk", id: "1") } == [1])
        clock.advance(by: .seconds(2 * 86_400))
        try await outbox.maintain()
        #expect(try await outbox.documents() == [kept])
        #expect(await outbox.takeForgotten() == [closed.state])
        #expect(await outbox.takeForgotten().isEmpty)
        #expect(try await outbox.transact { try $0.storedResult(source: "desk", id: "1") } == nil)
        await outbox.close()
    }

    @Test func `a full outbox gives up closed documents before any waiting event, and never an open one`() async throws
    {
        let outbox = try open(capacity: 1 << 20)
        let state = String(repeating: "x", count: 2000)
        for number in 0..<100 {
            let (open, closed) = (document("open-\(number)", state), document("closed-\(number)", state, isOpen: false))
            try await outbox.transact { ledger in
                try ledger.save(open)
                try ledger.save(closed)
                try ledger.store(result: Array(state.utf8.prefix(200)), source: "desk", id: "\(number)")
            }
        }
        var round = 0
        while try await outbox.documents(limit: 1000).contains(where: { !$0.isOpen }) {
            #expect(try await outbox.shedReport().events == 0)
            _ = try await outbox.append((0..<5).map { draft("h\(round)-\($0)", importance: .health, bytes: 700) })
            round += 1
        }
        for round in 0..<20 {
            _ = try await outbox.append((0..<50).map { draft("\(round)-\($0)", importance: .started, bytes: 700) })
        }
        #expect(try await outbox.shedReport().events > 5 * Int64(round))
        #expect(try await outbox.documents(onlyOpen: true, limit: 1000).count == 100)
        #expect(await outbox.takeForgotten() == Array(repeating: Array(state.utf8), count: 100))
        // The youngest answers stay, so that nothing is obeyed twice.
        #expect(try await outbox.transact { try $0.storedResult(source: "desk", id: "99") } != nil)
        await outbox.close()
    }

    @Test func `a transaction that had to be repeated for want of room counts once`() async throws {
        let outbox = try open(capacity: 1 << 20)
        let runs = Mutex(0)
        for round in 0..<12 {
            let updated = clock.wallNow()
            try await outbox.transact { ledger in
                runs.withLock { $0 += 1 }
                try ledger.append((0..<20).map { draft("\(round)-\($0)", importance: .updated, bytes: 15_000) })
                let count = try ledger.document(alert: "A")?.state.count ?? 0
                let state = [UInt8](repeating: 1, count: count + 1)
                try ledger.save(
                    StoredDocument(alertID: "A", state: state, isOpen: true, deadline: nil, updated: updated)
                )
            }
        }
        #expect(runs.withLock { $0 } > 12)
        #expect(try await outbox.document(alert: "A")?.state.count == 12)
        await outbox.close()
    }

    @Test func `what a transaction appends wakes the sinks`() async throws {
        let outbox = try open()
        var signals = outbox.deliverySignals().makeAsyncIterator()
        await signals.next()
        async let appended = outbox.transact { try $0.append([draft("1")]) }
        await signals.next()
        #expect(try await outbox.pending(for: "file", limit: 9).map(\.id) == ["1"])
        _ = try await appended
        await outbox.close()
    }
}
