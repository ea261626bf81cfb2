import NeuronCore

/// Follows blobs from frame to frame, so that what flickers in one place is told from what goes somewhere.
struct BlobTracker: Sendable {
    private(set) var tracks: [Track] = []
    /// Whether coming up alone is believed where pictures are so far apart that most things are seen once.
    var believesAppearance = true
    private(set) var around = Track.Surroundings()

    /// In samples: enough to be believed for coming up alone.
    private static let conspicuous = 16
    /// How long unrest is remembered.
    private static let calming = TimeSpan.milliseconds(1500)
    /// In samples: a flake, a drop, a leaf.
    private static let small = 32
    /// What is younger counts as having come up lately.
    private static let young = TimeSpan.milliseconds(500)
    /// In samples: a side of something whose centre may jump.
    private static let large = 64
    /// Sizes that differ more than this many times say no more.
    private static let largestRatio = 8
    /// In samples: what is larger says nothing of leaves.
    private static let largestClutter = 512
    private static let mostTracks = 64
    /// How long something may be out of sight: what is known to move, and anything else.
    private static let patience = TimeSpan.milliseconds(600)
    private static let shortPatience = TimeSpan.milliseconds(160)
    /// Analysed samples that something may move between two frames, in 1/16: a part that any frame rate allows, and a
    /// part per second; and so for its distance from where its way would have led it.
    private static let reach = 6 * 16
    private static let reachPerSecond = 160 * 16
    private static let detourPerSecond = 64 * 16

    init(geometry: AnalysisGeometry) {
        tracks.reserveCapacity(BlobTracker.mostTracks)
        around.picture = PixelBox(left: 0, top: 0, right: geometry.width, bottom: geometry.height)
    }

    /// Forgets everything.
    mutating func clear() {
        tracks.removeAll(keepingCapacity: true)
        around.unrest = Track.Unrest(count: 0, meanSampleCount: 0)
    }

    /// Takes the blobs of a frame.
    ///
    /// - Parameters:
    ///   - blobs: the blobs, the largest first.
    ///   - time: the frame's time.
    ///   - step: the time since the last frame.
    ///   - isLively: whether a young scene has been lively ever since it was learnt.
    ///   - isRestless: whether the picture is restless nearly everywhere.
    ///   - isBroad: whether the light changes, or much of the picture does in many places at once.
    mutating func follow(
        _ blobs: [Blob],
        at time: MediaTime,
        step: TimeSpan,
        isLively: Bool,
        isRestless: Bool,
        isBroad: Bool
    ) {
        around.isLively = isLively
        around.isRestless = isRestless
        around.isBroad = isBroad
        tracks.removeAll { track in
            let patience = track.isMoving(at: time) ? BlobTracker.patience : BlobTracker.shortPatience
            return time - track.lastSeen > max(patience, step)
        }
        for index in tracks.indices { tracks[index].beginFrame() }
        for index in blobs.indices {
            if let track = nearest(to: blobs[index], at: time) {
                tracks[track].follow(blobs[index], index: index, at: time, around)
            } else if tracks.count < BlobTracker.mostTracks || giveUpSmallest(than: blobs[index]) {
                var track = Track(blob: blobs[index], index: index, at: time)
                if isSparse(step: step), blobs[index].sampleCount >= BlobTracker.conspicuous { track.appear(at: time) }
                tracks.append(track)
            }
        }
        feel(at: time, step: step)
        weighClutter(at: time, step: step)
    }

    /// Learns how large the things are that come and go where it fires again and again.
    private mutating func weighClutter(at time: MediaTime, step: TimeSpan) {
        var (count, samples) = (0, 0)
        for track in tracks where track.blob != nil && track.isAmongRestless {
            if track.isPassing, track.isMoving(at: time) { continue }
            count += 1
            samples += min(track.sampleCount, BlobTracker.largestClutter)
        }
        guard count > 0 else { return }
        let part = around.clutter == 0 ? 1000 : Int(min(step.milliseconds, 1000))
        around.clutter += (samples * 16 / count - around.clutter) * part / 1000
    }

    /// Makes room for a blob where something smaller is followed that does not move.
    private mutating func giveUpSmallest(than blob: Blob) -> Bool {
        var smallest: Int?
        for index in tracks.indices where tracks[index].blob == nil && tracks[index].sampleCount < blob.sampleCount {
            if tracks[index].lastTravel != nil { continue }
            if smallest.map({ tracks[index].sampleCount < tracks[$0].sampleCount }) ?? true { smallest = index }
        }
        guard let smallest else { return false }
        tracks.remove(at: smallest)
        return true
    }

    /// Takes back what passing things raised on their way.
    mutating func settleUp(with restlessness: inout Restlessness, at time: MediaTime, geometry: AnalysisGeometry) {
        for index in tracks.indices where tracks[index].isMoving(at: time) {
            tracks[index].settleUp(with: &restlessness, geometry: geometry)
        }
    }

    /// Counts what is new, small or unsteady in a frame, and forgets earlier unrest slowly: a shaking camera rests
    /// between its jolts.
    private mutating func feel(at time: MediaTime, step: TimeSpan) {
        var (count, samples) = (0, 0)
        for track in tracks where track.blob != nil {
            let isNew = track.hasLeapt || time - track.firstSeen < BlobTracker.young
            guard isNew || track.sampleCount <= BlobTracker.small else { continue }
            count += 16
            samples += track.sampleCount
        }
        let left = max(BlobTracker.calming - step, .zero)
        let kept = Int(Int64(around.unrest.count) * left.milliseconds / BlobTracker.calming.milliseconds)
        guard count >= kept else { return around.unrest.count = kept }
        around.unrest = Track.Unrest(count: count, meanSampleCount: samples * 16 / max(count, 1))
    }

    /// Whether pictures are so far apart that a thing is often seen once, as where keyframes alone are decoded.
    private func isSparse(step: TimeSpan) -> Bool {
        believesAppearance && step >= Track.longLife && around.unrest.excess <= 0
    }

    private func nearest(to blob: Blob, at time: MediaTime) -> Int? {
        var best: (track: Int, distance: Int)?
        for index in tracks.indices where tracks[index].blob == nil {
            let track = tracks[index]
            let gap = min(Int(clamping: (time - track.lastSeen).milliseconds), 600)
            let perSecond = track.isMoving(at: time) ? BlobTracker.detourPerSecond : BlobTracker.reachPerSecond
            // The centre of something large jumps when a part of it comes up or goes.
            let jump = 2 * max(max(track.box.width, track.box.height) - BlobTracker.large, 0)
            let reach = BlobTracker.reach + perSecond * gap / 1000 + jump
            let place = track.place(at: time)
            var distance = max(abs(place.x - blob.x), abs(place.y - blob.y))
            guard distance <= reach else { continue }
            // What is the same thing keeps its size, more or less.
            let (less, more) = (min(track.sampleCount, blob.sampleCount), max(track.sampleCount, blob.sampleCount))
            distance += 16 * min(more / max(less, 1), BlobTracker.largestRatio)
            if best.map({ distance < $0.distance }) ?? true { best = (index, distance) }
        }
        return best?.track
    }
}
