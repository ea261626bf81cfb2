package import NeuronCore

/// Joins the plates of picture after picture to sightings: one for each plate that passes, however often it is found.
///
/// A pure state machine. A sighting is told when its plate is gone, or after a while with the best picture until then. What
/// stands still is remembered where it stands, and not told again while it stays.
package struct PlateTracker: Sendable {
    /// What makes a sighting.
    package struct Settings: Sendable, Hashable {
        /// Pictures in which a plate must be found: a single one may be anything.
        package var minimumPictures: Int
        /// The score that the best of them must reach: lower ones follow a plate and don't make one.
        package var minimumPeakScore: Double
        /// A plate that stays in view is told after this long.
        package var longestWait: TimeSpan

        /// Makes settings.
        package init(minimumPictures: Int, minimumPeakScore: Double = 0, longestWait: TimeSpan) {
            self.minimumPictures = minimumPictures
            self.minimumPeakScore = minimumPeakScore
            self.longestWait = longestWait
        }
    }

    /// A plate that was not found for this long is gone, or stands where nothing moves any more.
    private static let patience = TimeSpan.milliseconds(2000)
    private static let mostTracks = 64
    /// Where pictures are so far apart that most plates are seen once, this score is enough for one.
    private static let sparseInterval = TimeSpan.milliseconds(900)
    private static let certainScore = 0.8

    private let settings: Settings
    private var tracks: [PlateTrack] = []
    private var count = 0
    private var lastLook: MediaTime?
    private var isSparse = false

    /// Makes a tracker that has seen nothing.
    package init(settings: Settings) { self.settings = settings }

    /// Takes a picture, whether or not plates were looked for in it.
    ///
    /// - Parameters:
    ///   - observation: what was found; nil where nobody looked.
    ///   - now: when the picture was taken.
    ///   - size: the displayed picture's size.
    /// - Returns: what is to be told.
    package mutating func observe(_ observation: PlateObservation?, at now: Moment, size: FrameSize) -> [PlateSighting]
    {
        if let observation {
            isSparse = lastLook.map { now.media - $0 >= PlateTracker.sparseInterval } ?? false
            lastLook = now.media
            join(observation, at: now, size: size)
        }
        return tellDue(at: now.media)
    }

    /// The sightings that are to be told some day and that the last look has found, and where it found them.
    package var inView: [(sighting: PlateSighting, box: PixelBox)] {
        tracks.filter { $0.isFound && !$0.isTold && isCredible($0.sighting) }.map { ($0.sighting, $0.latestBox) }
    }

    /// Ends everything: the stream is over, or broke off for so long that nothing in it is known any more.
    package mutating func end() -> [PlateSighting] {
        defer { tracks.removeAll() }
        return tracks.compactMap { !$0.isTold && isCredible($0.sighting) ? $0.sighting : nil }
    }

    private mutating func join(_ observation: PlateObservation, at now: Moment, size: FrameSize) {
        for index in tracks.indices { tracks[index].isFound = false }
        for reading in observation.plates {
            let nearest = tracks.indices.filter { !tracks[$0].isFound }
                .compactMap { index in tracks[index].distance(to: reading.box, at: now.media).map { (index, $0) } }
                .min { $0.1 < $1.1 }
            if let (index, _) = nearest {
                tracks[index].follow(reading, at: now, size: size)
            } else if tracks.count < PlateTracker.mostTracks {
                count += 1
                tracks.append(PlateTrack(PlateSighting(reading, number: count, at: now, size: size)))
            }
        }
        for index in tracks.indices where !tracks[index].isFound {
            tracks[index].miss(in: observation.searched, at: now.media)
        }
    }

    private mutating func tellDue(at now: MediaTime) -> [PlateSighting] {
        var told: [PlateSighting] = []
        for index in tracks.indices where !tracks[index].isTold {
            let sighting = tracks[index].sighting
            let isOver = now - sighting.lastSeen.media >= PlateTracker.patience
            guard isOver || now - sighting.firstSeen.media >= settings.longestWait, isCredible(sighting) else {
                continue
            }
            tracks[index].isTold = true
            told.append(sighting)
        }
        tracks.removeAll { track in
            let isOver = now - track.sighting.lastSeen.media >= PlateTracker.patience
            return isOver && (!track.isTold || !track.isParked || track.isGone)
        }
        return told
    }

    private func isCredible(_ sighting: PlateSighting) -> Bool {
        guard sighting.peakScore >= settings.minimumPeakScore else { return false }
        return sighting.pictures >= settings.minimumPictures
            || (isSparse && sighting.peakScore >= PlateTracker.certainScore)
    }
}
