/// What may become of a camera's compressed pictures when a clip of an alert is written.
package enum ClipPassage: Sendable, Hashable {
    /// They are written as they came.
    case pass
    /// No clip is written: what a mask hides is still in the packets.
    case withhold
    /// They are decoded, painted and encoded again.
    case encode
}
