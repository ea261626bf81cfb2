package import NeuronCore
package import NeuronIncidents

/// How picture times become civil times.
package enum PictureClock: Sendable {
    /// A replay: media time counted from a given start; nothing is read from a clock.
    case media(start: WallTime)
    /// A live camera: by its own clock where that can be believed, else by what arrives.
    case camera(ArrivalClock, SenderClock)

    /// The clock of a live camera that has not been heard yet.
    package static var live: PictureClock { .camera(ArrivalClock(), SenderClock()) }

    /// Notes when the packet of a picture arrived, and when the camera says that it was taken; for a live camera only.
    package mutating func note(_ arrival: WallTime, sent: WallTime?, of media: MediaTime) {
        guard case .camera(var arrivals, var sender) = self else { return }
        arrivals.note(arrival, of: media)
        sender.note(sent, arrival: arrival, of: media)
        self = .camera(arrivals, sender)
    }

    /// When a picture was taken whose packet, or a later one, has been noted.
    package func moment(of media: MediaTime) -> Moment {
        switch self {
        case .media(let start):
            return Moment(media: media, wall: start + (media - .zero))
        case .camera(let arrivals, let sender):
            let arrived = arrivals.wallTime(of: media)
            guard sender.isBelieved(at: media) else {
                return Moment(
                    media: media,
                    wall: arrived,
                    clock: ClockReading(source: .arrival, error: arrivals.jitter)
                )
            }
            // What both say lies around the truth, if both clocks are right.
            let sent = sender.wallTime(of: media)
            let error = TimeSpan(nanoseconds: Int64(clamping: (arrived - sent).nanoseconds.magnitude))
            return Moment(media: media, wall: sent, clock: ClockReading(source: .sender, error: error))
        }
    }
}
