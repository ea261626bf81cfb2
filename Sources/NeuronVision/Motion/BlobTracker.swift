import NeuronCore

/// Follows blobs from frame to frame, so that what flickers in one place is told from what goes somewhere.
struct BlobTracker: Sendable {
    private(set) var tracks: [Track] = []

    private static let mostTracks = 32
    /// How long something may be out of sight.
    private static let patience = TimeSpan.milliseconds(600)
    /// Analysed samples that something may move between two frames, in 1/16: a part that any frame rate allows, and a
    /// part per second.
    private static let reach = 6 * 16
    private static let reachPerSecond = 160 * 16

    init() { tracks.reserveCapacity(BlobTracker.mostTracks) }

    /// Forgets everything.
    mutating func clear() { tracks.removeAll(keepingCapacity: true) }

    /// Takes the blobs of a frame; `step` is the time since the last one.
    mutating func follow(_ blobs: [Blob], at time: MediaTime, step: TimeSpan) {
        tracks.removeAll { $0.isLost(at: time, step: step, patience: BlobTracker.patience) }
        for index in tracks.indices { tracks[index].blob = nil }
        for index in blobs.indices {
            if let track = nearest(to: blobs[index], at: time) {
                tracks[track].follow(blobs[index], index: index, at: time)
            } else if tracks.count < BlobTracker.mostTracks {
                tracks.append(Track(blob: blobs[index], index: index, at: time))
            }
        }
    }

    private func nearest(to blob: Blob, at time: MediaTime) -> Int? {
        var best: (track: Int, distance: Int)?
        for index in tracks.indices where tracks[index].blob == nil {
            let track = tracks[index]
            let seconds16 = min(Int(clamping: (time - track.lastSeen).milliseconds), 500)
            let reach = BlobTracker.reach + BlobTracker.reachPerSecond * seconds16 / 1000
            let distance = max(abs(track.x - blob.x), abs(track.y - blob.y))
            guard distance <= reach || track.box.overlaps(blob.box) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (index, distance) }
        }
        return best?.track
    }
}

extension Track {
    fileprivate func isLost(at time: MediaTime, step: TimeSpan, patience: TimeSpan) -> Bool {
        time - lastSeen > max(patience, step)
    }
}

extension PixelBox {
    fileprivate func overlaps(_ other: PixelBox) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
}
