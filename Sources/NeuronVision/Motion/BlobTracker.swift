import NeuronCore

/// Follows blobs from frame to frame, so that what flickers in one place is told from what goes somewhere.
struct BlobTracker: Sendable {
    private(set) var tracks: [Track] = []

    /// What is younger counts as having come up lately.
    private static let young = TimeSpan.milliseconds(500)
    private static let mostTracks = 64
    /// How long something may be out of sight: what is known to move, and anything else.
    private static let patience = TimeSpan.milliseconds(600)
    private static let shortPatience = TimeSpan.milliseconds(160)
    /// Analysed samples that something may move between two frames, in 1/16: a part that any frame rate allows, and a
    /// part per second; and so for its distance from where its way would have led it.
    private static let reach = 6 * 16
    private static let reachPerSecond = 160 * 16
    private static let detourPerSecond = 64 * 16

    init() { tracks.reserveCapacity(BlobTracker.mostTracks) }

    /// Forgets everything.
    mutating func clear() { tracks.removeAll(keepingCapacity: true) }

    /// Takes the blobs of a frame; `step` is the time since the last one.
    mutating func follow(_ blobs: [Blob], at time: MediaTime, step: TimeSpan) {
        tracks.removeAll { track in
            let patience = track.isMoving(at: time) ? BlobTracker.patience : BlobTracker.shortPatience
            return time - track.lastSeen > max(patience, step)
        }
        for index in tracks.indices { tracks[index].beginFrame() }
        let unrest = unrest(at: time)
        for index in blobs.indices {
            if let track = nearest(to: blobs[index], at: time) {
                tracks[track].follow(blobs[index], index: index, at: time, unrest: unrest)
            } else if tracks.count < BlobTracker.mostTracks {
                tracks.append(Track(blob: blobs[index], index: index, at: time))
            }
        }
    }

    /// What has come up lately.
    private func unrest(at time: MediaTime) -> Track.Unrest {
        var (count, samples) = (0, 0)
        for track in tracks where time - track.firstSeen < BlobTracker.young {
            count += 1
            samples += track.sampleCount
        }
        return Track.Unrest(count: count, meanSampleCount: samples / max(count, 1))
    }

    private func nearest(to blob: Blob, at time: MediaTime) -> Int? {
        var best: (track: Int, distance: Int)?
        for index in tracks.indices where tracks[index].blob == nil {
            let track = tracks[index]
            let gap = min(Int(clamping: (time - track.lastSeen).milliseconds), 600)
            let perSecond = track.isMoving(at: time) ? BlobTracker.detourPerSecond : BlobTracker.reachPerSecond
            let reach = BlobTracker.reach + perSecond * gap / 1000
            let place = track.place(at: time)
            let distance = max(abs(place.x - blob.x), abs(place.y - blob.y))
            guard distance <= reach else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (index, distance) }
        }
        return best?.track
    }
}
