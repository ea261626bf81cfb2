package import NeuronCore

/// What the detector holds after a picture, for a person who wants to see why something was found or wasn't.
///
/// A copy: it costs something where it is asked for, and nothing where it isn't.
package struct MotionInspection: Sendable, Hashable {
    /// Something that is followed.
    package struct FollowedBlob: Sendable, Hashable {
        /// In stored pixels of the whole picture.
        package var box: PixelBox
        /// Whether it goes somewhere; only that counts as motion.
        package var isMoving: Bool
        /// Whether it was seen in the last picture.
        package var isVisible: Bool
        package var firstSeen: MediaTime
        /// The straight way that it has been seen to go lately, in 1/16 analysed samples.
        package var travelled: Int
        /// The way that it takes to be believed, in 1/16 analysed samples.
        package var travelLimit: Int
        /// Mean difference from the background, in levels of 256; 0 where it is out of sight.
        package var contrast: Double
        /// Its usual number of differing samples.
        package var sampleCount: Int
        /// How much of it lies in restless cells, in 1/256.
        package var restlessness: Int
        /// Why it is not believed to go anywhere; nil where it is.
        package var doubt: MotionDoubt?
    }

    /// Cells of 8 x 8 analysed samples; ``AnalysisGeometry/factor`` says how many pixels an analysed sample takes.
    package var geometry: AnalysisGeometry
    /// Per cell, ``AnalysisGeometry/cellColumns`` to a row: the samples that differ from the background, 0 to 64.
    package var differing: [UInt8]
    /// Per cell: how often it fires without anything going through it, 0 (never) to 255 (always).
    package var restlessness: [UInt8]
    /// Whether most of what differed was the picture's own edges.
    package var isShaken: Bool
    package var followed: [FollowedBlob]
    /// What kept the detector from looking or from believing what it saw, if anything did.
    package var suppression: MotionObservation.Suppression?
}

extension MotionInspection.FollowedBlob {
    /// Copies a track; `blobs` are those of the last picture.
    init(_ track: Track, blobs: [Blob], geometry: AnalysisGeometry, at time: MediaTime) {
        box = geometry.pixels(track.box)
        isMoving = track.isMoving(at: time)
        isVisible = track.blob != nil
        firstSeen = track.firstSeen
        travelled = track.travelled
        travelLimit = track.travelLimit
        contrast = track.blob.map { Double(blobs[$0].contrast) / 16 } ?? 0
        sampleCount = track.sampleCount
        restlessness = track.restlessness
        doubt = isMoving ? nil : track.doubt
    }
}
