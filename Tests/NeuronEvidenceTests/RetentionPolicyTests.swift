import NeuronCore
import NeuronEvidence
import Testing

@Suite struct RetentionPolicyTests {
    private let now = WallTime.epoch + .seconds(1_000_000)

    /// Alerts of ten bytes each, one a minute, the last one a minute ago; numbers that sort by time.
    private func alerts(_ count: Int) throws -> [StoredEvidence] {
        try (0..<count).map { index in
            var alert = try #require(StoredEvidence(alertID: ULID.text(at: now - .seconds(60 * Int64(count - index)))))
            alert.files = ["day/gate/\(alert.alertID).mp4": 7, "day/gate/\(alert.alertID).jpg": 3]
            return alert
        }
    }

    private func going(
        _ policy: RetentionPolicy,
        _ alerts: [StoredEvidence],
        open: Set<String> = [],
        needed: Int64 = 0,
        free: Int64 = 1000
    ) -> [String] {
        policy.condemned(alerts.shuffled(), open: open, needed: needed, free: free, now: now).map(\.alertID)
    }

    @Test func `what is within all limits stays`() throws {
        let policy = RetentionPolicy(age: .seconds(3600), bytes: 100, freeBytes: 500)
        #expect(try going(policy, alerts(10)).isEmpty)
    }

    @Test func `what is too old goes, the oldest first`() throws {
        let policy = RetentionPolicy(age: .seconds(150), bytes: nil, freeBytes: 0)
        let all = try alerts(5)
        #expect(going(policy, all) == all.prefix(3).map(\.alertID))
    }

    @Test func `only so much goes as is too much, with what is about to be written`() throws {
        let policy = RetentionPolicy(age: nil, bytes: 45, freeBytes: 0)
        let all = try alerts(5)
        #expect(going(policy, all) == all.prefix(1).map(\.alertID))
        #expect(going(policy, all, needed: 20) == all.prefix(3).map(\.alertID))
    }

    @Test func `what must stay free of the disk is made free`() throws {
        let policy = RetentionPolicy(age: nil, bytes: nil, freeBytes: 100)
        let all = try alerts(5)
        #expect(going(policy, all, free: 85) == all.prefix(2).map(\.alertID))
        #expect(going(policy, all, free: 0).count == 5)
    }

    @Test func `an open alert stays, whatever its age and the disk`() throws {
        let policy = RetentionPolicy(age: .seconds(1), bytes: 0, freeBytes: 10_000)
        let all = try alerts(5)
        let open: Set<String> = [all[0].alertID, all[3].alertID]
        #expect(going(policy, all, open: open) == [all[1], all[2], all[4]].map(\.alertID))
    }

    @Test func `a folder of somebody's own loses nothing`() throws {
        let policy = RetentionPolicy.keepingAll(on: DiskSpace(totalBytes: 1 << 40, freeBytes: 0))
        #expect(try going(policy, alerts(5), free: 0).isEmpty)
        #expect(!policy.allows(held: 0, needed: 1, free: 1 << 30))
    }

    @Test func `what is not said follows from the disk`() {
        let small = RetentionPolicy(
            age: .zero,
            bytes: nil,
            freeBytes: nil,
            on: DiskSpace(totalBytes: 8000, freeBytes: 1)
        )
        #expect(small.bytes == 800 && small.freeBytes == 400)
        let large = DiskSpace(totalBytes: 1 << 42, freeBytes: 1)
        let policy = RetentionPolicy(age: .zero, bytes: nil, freeBytes: nil, on: large)
        #expect(policy.bytes == 10 << 30 && policy.freeBytes == 1 << 30)
    }
}
