package import NeuronCore

/// How picture times become civil times.
package enum PictureClock: Sendable {
    /// A replay: media time counted from a given start; nothing is read from a clock.
    case media(start: WallTime)
    /// A live camera.
    case arrival(ArrivalClock)

    /// The word for it in an alert.
    package var name: String {
        switch self {
        case .media: "media"
        case .arrival: "arrival"
        }
    }

    /// The civil time of a picture; `arrival` matters for a live camera only.
    package mutating func wallTime(of media: MediaTime, arrival: WallTime) -> WallTime {
        switch self {
        case .media(let start): return start + (media - .zero)
        case .arrival(var clock):
            defer { self = .arrival(clock) }
            return clock.wallTime(of: media, arrival: arrival)
        }
    }
}
