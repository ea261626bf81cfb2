import NeuronCore

/// When the packets arrived whose pictures are still inside the decoder.
///
/// With B pictures the packet that pushes a picture out is not its own: it came later by as much as the camera reorders.
struct ArrivalBook {
    /// A codec holds back at most 16 pictures.
    private static let capacity = 17

    private var entries: [(picture: MediaTime, arrival: WallTime)] = []

    init() { entries.reserveCapacity(Self.capacity) }

    /// Notes when the packet of a picture arrived.
    mutating func note(_ arrival: WallTime, of picture: MediaTime) {
        if entries.count == Self.capacity { entries.removeFirst() }
        entries.append((picture, arrival))
    }

    /// When the packet of a picture arrived; nil where that is no longer known.
    func arrival(of picture: MediaTime) -> WallTime? { entries.last { $0.picture == picture }?.arrival }
}
