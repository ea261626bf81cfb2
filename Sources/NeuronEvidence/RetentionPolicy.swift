package import NeuronCore

/// What evidence may be kept: until when, how much of it, and what of the disk must stay free.
///
/// A pure value: what is there in, what goes out. Whole alerts go, the oldest first; one that is still open never does.
package struct RetentionPolicy: Sendable, Hashable {
    /// Nil for no limit.
    package var age: TimeSpan?
    /// Nil for no limit.
    package var bytes: Int64?
    /// What must stay free of the file system.
    package var freeBytes: Int64
    /// Whether older alerts go to make room for new ones, or new ones are not kept.
    package var makesRoom = true

    /// Makes a policy of three limits.
    package init(age: TimeSpan?, bytes: Int64?, freeBytes: Int64) {
        self.age = age
        self.bytes = bytes
        self.freeBytes = freeBytes
    }

    /// Makes the policy of a disk: what is not said is the smaller of 10 GiB and a tenth of it, and of 1 GiB and a twentieth.
    package init(age: TimeSpan, bytes: Int64?, freeBytes: Int64?, on disk: DiskSpace) {
        self.age = age
        self.bytes = bytes ?? min(10 << 30, disk.totalBytes / 10)
        self.freeBytes = freeBytes ?? Self.usuallyFree(of: disk)
    }

    /// The policy of a folder that is somebody's own: nothing of it goes, and the disk is not filled up.
    package static func keepingAll(on disk: DiskSpace) -> RetentionPolicy {
        var policy = RetentionPolicy(age: nil, bytes: nil, freeBytes: usuallyFree(of: disk))
        policy.makesRoom = false
        return policy
    }

    private static func usuallyFree(of disk: DiskSpace) -> Int64 { min(1 << 30, disk.totalBytes / 20) }

    /// What must go.
    ///
    /// - Parameters:
    ///   - alerts: what is there, in any order.
    ///   - open: alerts that are not over; their files stay.
    ///   - writing: bytes of files that are being written.
    ///   - needed: bytes that are about to be written.
    ///   - free: bytes that are free now.
    ///   - now: civil time.
    /// - Returns: the alerts whose files go, the oldest first.
    package func condemned(
        _ alerts: [StoredEvidence],
        open: Set<String>,
        writing: Int64 = 0,
        needed: Int64 = 0,
        free: Int64,
        now: WallTime
    ) -> [StoredEvidence] {
        let candidates = alerts.filter { !open.contains($0.alertID) }
            .sorted { ($0.onset, $0.alertID) < ($1.onset, $1.alertID) }
        var held = alerts.reduce(writing + needed) { $0 + $1.bytes }
        var left = free - needed
        return Array(
            candidates.prefix { alert in
                let isOld = age.map { now - alert.onset > $0 } ?? false
                let isTooMuch = bytes.map { held > $0 } ?? false
                guard isOld || makesRoom && (isTooMuch || left < freeBytes) else { return false }
                held -= alert.bytes
                left += alert.bytes
                return true
            }
        )
    }

    /// Whether so much more may be written.
    package func allows(held: Int64, needed: Int64, free: Int64) -> Bool {
        free - needed >= freeBytes && (bytes.map { held + needed <= $0 } ?? true)
    }
}
