import NeuronCore

/// When a group that its keyframes called calm is decoded whole all the same: three times in an hour of dozing.
///
/// What such audits find is what dozing costs in certainty. It counts the time that was dozed, so that each such group is as
/// likely to be audited as any other however often something wakes the camera, and a broken stream puts nothing off.
struct AuditSchedule: Sendable {
    private static let interval = TimeSpan.seconds(20 * 60)
    /// The first comes sooner, but not while there is hardly anything to be missed.
    private static let firstAfter = TimeSpan.seconds(5 * 60)
    private static let firstSpreadSeconds: UInt64 = 10 * 60

    /// What sets the camera apart from others that see the same.
    private let seed: UInt64
    private var dozed = TimeSpan.zero
    private var due: TimeSpan?

    init(seed: UInt64) { self.seed = seed }

    /// Takes the first packet of a stream.
    ///
    /// Its size and the seed say when the first audit comes: by chance from camera to camera, so that those which begin
    /// together are not audited together, and yet the same in a replay as live.
    mutating func begin(_ packet: PacketFacts) {
        guard due == nil else { return }
        let chance = seed &+ UInt64(max(packet.byteCount, 0))
        due = Self.firstAfter + .seconds(Int64(chance % Self.firstSpreadSeconds))
    }

    /// Takes that a look at a keyframe showed nothing.
    ///
    /// - Parameter gap: what was left out since the look before.
    /// - Returns: whether that is to be audited.
    mutating func isDue(after gap: TimeSpan) -> Bool {
        guard let due else { return false }
        dozed = dozed + gap
        guard dozed >= due else { return false }
        dozed = .zero
        self.due = Self.interval
        return true
    }
}
