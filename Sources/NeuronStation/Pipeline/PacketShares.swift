/// How one camera's part of the packet memory is divided among what keeps packets, in bytes; together they are the part.
struct PacketShares: Sendable, Hashable {
    /// Packets of the stream that is looked at: while they wait for a worker, and to catch up with.
    ///
    /// A clip's pre-roll is cut from the same packets where there is no other stream.
    let watchedQueue: Int
    let watchedRing: Int
    /// The same of the large stream that clips are cut from beside it: waiting for the stage that keeps it, and the pre-roll.
    let mainQueue: Int
    let mainRing: Int

    /// Divides a part.
    ///
    /// - Parameters:
    ///   - bytes: the camera's part.
    ///   - keepsMainStream: whether clips are cut from another stream than the one that is looked at.
    init(of bytes: Int, keepsMainStream: Bool) {
        // A small stream has a fifth of the large one's bits, or fewer.
        let watched = keepsMainStream ? bytes / 4 : bytes
        watchedQueue = watched / 2
        watchedRing = watched - watchedQueue
        mainQueue = (bytes - watched) / 2
        mainRing = bytes - watched - mainQueue
    }
}
