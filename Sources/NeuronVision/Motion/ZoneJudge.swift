import NeuronCore

/// Says for one zone whether what was followed through it counts, and why.
struct ZoneJudge: Sendable {
    let zone: MotionZone
    private let raster: ZoneRaster
    private let sampleLimit: Int
    private let contrastLimit: Int

    /// The gates of a reading, in their order.
    private enum Gate: Int, CaseIterable {
        /// The part of the zone that differs and goes somewhere.
        case area
        /// Mean difference from the background, in levels of 256.
        case contrast
        /// Seconds since it was first seen.
        case persistence
        /// The way that it went, as a part of the picture's longer side.
        case travel

        var name: String {
            switch self {
            case .area: "area"
            case .contrast: "contrast"
            case .persistence: "persistence"
            case .travel: "travel"
            }
        }
    }

    init(zone: MotionZone, mask: Plane<UInt8>?, geometry: AnalysisGeometry) {
        self.zone = zone
        raster = ZoneRaster(polygon: zone.polygon, holes: zone.exclude, mask: mask, geometry: geometry)
        let wanted = (ZoneJudge.part(zone.minimumAreaFraction) * Double(raster.sampleCount)).rounded(.up)
        sampleLimit = max(1, Int(wanted))
        contrastLimit = ZoneJudge.contrastLimit(sensitivity: zone.sensitivity)
    }

    /// A fraction, cut to 0 to 1; what is no number counts as 0.
    private static func part(_ value: Double) -> Double { value > 0 ? min(value, 1) : 0 }

    /// The contrast that a sensitivity asks for, in 1/16 levels: from 18 levels down to 2.
    static func contrastLimit(sensitivity: Double) -> Int {
        let percent = Int(part(sensitivity) * 100)
        return 16 * (1800 - 1600 * percent / 100) / 100
    }

    /// A reading of nothing, with the limits in it.
    func quietReading(geometry: AnalysisGeometry) -> ZoneReading {
        let limits = [zone.minimumAreaFraction, Double(contrastLimit) / 16, Track.shortestLife.seconds, 0]
        return ZoneReading(
            zone: zone.name,
            isMoving: false,
            areaFraction: 0,
            score: 0,
            box: nil,
            gates: zip(Gate.allCases, limits).map { GateReading(gate: $0.name, value: 0, limit: $1) }
        )
    }

    /// Sets a reading back to nothing.
    func clear(_ reading: inout ZoneReading) {
        reading.isMoving = false
        reading.since = nil
        reading.areaFraction = 0
        reading.score = 0
        reading.box = nil
        reading.doubts = MotionDoubtCounts()
        for gate in reading.gates.indices where reading.gates[gate].value != 0 { reading.gates[gate].value = 0 }
    }

    /// Judges a frame's tracks.
    ///
    /// - Returns: whether there is anything new in the zone that may turn out to move.
    func judge(
        _ tracks: [Track],
        blobs: [Blob],
        finder: BlobFinder,
        bits: Plane<UInt8>,
        geometry: AnalysisGeometry,
        at time: MediaTime,
        into reading: inout ZoneReading
    ) -> Bool {
        clear(&reading)
        guard raster.sampleCount > 0 else { return false }
        var sum = Sum()
        var isAnyNew = false
        for track in tracks {
            guard let index = track.blob else { continue }
            let samples = samplesInside(blobs[index], finder: finder, bits: bits)
            guard samples > 0 else { continue }
            let limit = contrastLimit(for: track)
            let isMoving = track.isMoving(at: time) && blobs[index].contrast >= limit
            let since = isMoving ? track.arrival { raster.touches($0, geometry: geometry) } : track.firstSeen
            if let doubt = doubt(track, blobs[index], samples: samples, contrastLimit: limit, isMoving: isMoving) {
                reading.doubts.add(doubt)
            }
            sum.add(track, blobs[index], samples: samples, since: since, contrastLimit: limit, isMoving: isMoving)
            isAnyNew = isAnyNew || isWorthALook(track, blobs[index], samples: samples)
        }
        fill(&reading, with: sum, geometry: geometry, at: time)
        return isAnyNew || reading.isMoving
    }

    /// Whether something is new, or elsewhere than it was, and large and clear enough to be proved by more pictures.
    ///
    /// A single look at what passes may show a part of it, and at its faintest: less is asked here than for an alert.
    private func isWorthALook(_ track: Track, _ blob: Blob, samples: Int) -> Bool {
        (track.isNew || track.hasShifted) && samples * 4 >= sampleLimit * 3 && blob.contrast * 5 >= contrastLimit * 3
    }

    /// Why a track is not taken for motion; nil where it is.
    private func doubt(_ track: Track, _ blob: Blob, samples: Int, contrastLimit: Int, isMoving: Bool) -> MotionDoubt? {
        if samples < sampleLimit { return .tooSmall }
        if blob.contrast < contrastLimit { return .lowContrast }
        return isMoving ? nil : track.doubt ?? .noTravel
    }

    /// What has gone a long way needs less contrast, down to three fifths: noise goes nowhere.
    private func contrastLimit(for track: Track) -> Int {
        let way = max(track.travelled, track.believedTravel)
        guard way > 2 * track.travelLimit, !track.isSparse else { return contrastLimit }
        return max(contrastLimit * 2 * track.travelLimit / way, contrastLimit * 3 / 5)
    }

    private func samplesInside(_ blob: Blob, finder: BlobFinder, bits: Plane<UInt8>) -> Int {
        finder.cells[blob.cells].reduce(0) { sum, cell in
            let zoneBits = raster.cells[Int(cell)]
            return zoneBits == 0 ? sum : sum + (finder.word(Int(cell), of: bits) & zoneBits).nonzeroBitCount
        }
    }

    private func fill(_ reading: inout ZoneReading, with sum: Sum, geometry: AnalysisGeometry, at time: MediaTime) {
        guard let best = sum.best else { return }
        let area = Double(sum.samples) / Double(raster.sampleCount)
        let longerSide = Double(16 * max(geometry.width, geometry.height))
        set(&reading, .area, area, limit: zone.minimumAreaFraction)
        set(&reading, .contrast, Double(best.contrast) / 16, limit: Double(best.contrastLimit) / 16)
        let life = best.isSparse ? 0 : Track.shortestLife.seconds
        set(&reading, .persistence, (time - best.firstSeen).seconds, limit: life)
        set(&reading, .travel, Double(best.travel) / longerSide, limit: Double(best.travelLimit) / longerSide)
        // At each gate's limit a quarter, at four times every limit beyond doubt.
        let weakest = min(
            sum.samples * 100 / sampleLimit,
            best.contrast * 100 / best.contrastLimit,
            best.isSparse ? 100 : best.travel * 100 / max(best.travelLimit, 1)
        )
        reading.score = Double(min(weakest, 400)) / 400
        guard sum.isMoving, sum.samples >= sampleLimit, let box = sum.box else { return }
        reading.isMoving = true
        reading.since = sum.since
        reading.areaFraction = area
        reading.box = geometry.pixels(box)
    }

    private func set(_ reading: inout ZoneReading, _ gate: Gate, _ value: Double, limit: Double) {
        reading.gates[gate.rawValue].value = value
        reading.gates[gate.rawValue].limit = limit
    }

    /// What a zone's tracks come to: of those that move, or of all where none does.
    private struct Sum {
        var isMoving = false
        var samples = 0
        var box: PixelBox?
        var since: MediaTime?
        var best: Best?

        /// The largest of them.
        struct Best {
            var samples: Int
            var contrast: Int
            var contrastLimit: Int
            var firstSeen: MediaTime
            var travel: Int
            var travelLimit: Int
            var isSparse: Bool
        }

        mutating func add(
            _ track: Track,
            _ blob: Blob,
            samples count: Int,
            since began: MediaTime,
            contrastLimit: Int,
            isMoving moves: Bool
        ) {
            if moves && !isMoving { self = Sum() }
            guard moves || !isMoving else { return }
            isMoving = moves
            samples += count
            box = box.map { $0.union(blob.box) } ?? blob.box
            since = since.map { min($0, began) } ?? began
            guard best.map({ count > $0.samples }) ?? true else { return }
            let travel = moves ? max(track.travelled, track.believedTravel) : track.travelled
            best = Best(
                samples: count,
                contrast: blob.contrast,
                contrastLimit: contrastLimit,
                firstSeen: track.firstSeen,
                travel: travel,
                travelLimit: track.isSparse ? 0 : track.travelLimit,
                isSparse: track.isSparse
            )
        }
    }
}
