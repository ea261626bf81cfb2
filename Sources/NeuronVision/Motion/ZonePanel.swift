import NeuronCore

/// The judges of all zones, and what each of them says of the last picture.
struct ZonePanel: Sendable {
    /// One per zone.
    private(set) var readings: [ZoneReading]
    /// The lowest limit of a sample, in 1/32 levels: half the contrast that the most sensitive zone asks for.
    let floor: Int16
    private let judges: [ZoneJudge]
    private let geometry: AnalysisGeometry

    init(zones: [MotionZone], mask: Plane<UInt8>?, geometry: AnalysisGeometry) {
        self.geometry = geometry
        judges = zones.map { ZoneJudge(zone: $0, mask: mask, geometry: geometry) }
        readings = judges.map { $0.quietReading(geometry: geometry) }
        let limits = zones.map { ZoneJudge.contrastLimit(sensitivity: $0.sensitivity) }
        floor = Int16(clamping: limits.min() ?? 16 * 8)
    }

    /// Judges a frame's tracks in every zone.
    ///
    /// - Returns: whether there is anything new in any zone that may turn out to move.
    mutating func judge(_ tracks: [Track], finder: BlobFinder, bits: Plane<UInt8>, at time: MediaTime)
        -> Bool
    {
        var isAnyNew = false
        for index in judges.indices {
            let isWorthALook = judges[index].judge(
                tracks,
                blobs: finder.blobs,
                finder: finder,
                bits: bits,
                geometry: geometry,
                at: time,
                into: &readings[index]
            )
            isAnyNew = isAnyNew || isWorthALook
        }
        return isAnyNew
    }

    /// Sets all readings back to nothing, and says why.
    mutating func clear(because doubt: MotionDoubt) {
        for index in judges.indices { judges[index].clear(&readings[index]) }
        doubtAll(because: doubt)
    }

    /// Counts a reason for which things were not believed, in every zone.
    mutating func doubtAll(because doubt: MotionDoubt) {
        for index in readings.indices { readings[index].doubts.add(doubt) }
    }
}
