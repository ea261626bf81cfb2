package import NeuronCore

/// What one camera's reader and pipeline have done since the daemon began with it.
package struct CameraFigures: Sendable, Hashable {
    /// Video packets read, those included that were dropped.
    package var packets = 0
    /// Packets that the sampling did not have decoded when they came.
    package var leftOut = 0
    /// Pictures that came out of it.
    package var decoded = 0
    /// Pictures that the detector looked at.
    package var detected = 0
    /// Packets left out because the box did not keep up.
    package var dropped = 0
    /// Packets that the decoder refused, and pictures that were damaged.
    package var damaged = 0
    /// Times that what had been left out was decoded after all.
    package var wakes = 0
    /// Times that the sizes of packets have woken it, in the hope that something is there.
    package var sizeWakes = 0
    /// Streams that were opened, the first included.
    package var sessions = 0
    /// Attempts to open or to read that failed.
    package var failures = 0
    package var events = 0
    package var decodeTime = TimeSpan.zero
    package var detectTime = TimeSpan.zero
    /// Changes that were seen and not believed, by reason.
    package var doubts = MotionDoubtTally()
    package var connected = TimeSpan.zero
    package var watched = TimeSpan.zero
    package var blind = TimeSpan.zero
    package var degraded = TimeSpan.zero
    /// Groups that were decoded although their keyframes showed nothing, and those of them in which something moved.
    package var audits = 0
    package var auditFinds = 0

    /// Nothing done yet.
    package init() {}

    /// Streams that were opened after the first.
    package var reconnects: Int { max(0, sessions - 1) }
}
