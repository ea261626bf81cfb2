import NeuronConsole
import NeuronCore
import Synchronization

/// What a camera measured against its gates in the last ten minutes, for whoever tunes them.
///
/// A fixed ring with a place for each half second and zone: of the looks in between, the one that came nearest to an alert stays.
/// Without a look it takes no memory, and in use 80 bytes a place.
package final class TuningRecord: Sendable {
    private let zones: [String]
    private let ring: Mutex<Ring>

    /// How long a look back it allows, and how finely.
    private static let reach = TimeSpan.seconds(600)
    private static let step = TimeSpan.milliseconds(500)
    /// The gates in the detector's order, and what their values are counted in.
    static let gates = [
        (name: "area", unit: "fraction"), (name: "contrast", unit: "levels"), (name: "persistence", unit: "seconds"),
        (name: "travel", unit: "fraction"),
    ]

    /// One zone's best look of a step.
    fileprivate struct Place {
        var at: WallTime
        var zone: UInt16
        var isNight: Bool
        var isPassed: Bool
        var suppression: MotionObservation.Suppression?
        /// A bit for each doubt.
        var doubts: UInt16
        var score: Float
        var values: SIMD4<Float>
        var limits: SIMD4<Float>
    }

    private struct Ring {
        var places: [Place] = []
        var next = 0
        /// Where each zone's latest place is.
        var latest: [Int?]
        let capacity: Int

        init(zones: Int) {
            latest = Array(repeating: nil, count: zones)
            capacity = zones * Int(reach.nanoseconds / step.nanoseconds)
        }

        mutating func note(_ place: Place) {
            let zone = Int(place.zone)
            if let index = latest[zone], places[index].at.step == place.at.step {
                if place.isNearer(than: places[index]) { places[index] = place }
                return
            }
            if places.count < capacity {
                if places.isEmpty { places.reserveCapacity(capacity) }
                places.append(place)
                latest[zone] = places.count - 1
            } else {
                let overwritten = Int(places[next].zone)
                if latest[overwritten] == next { latest[overwritten] = nil }
                places[next] = place
                latest[zone] = next
                next = (next + 1) % capacity
            }
        }

        /// Oldest first.
        var inOrder: some Sequence<Place> { places[next...] + places[..<next] }
    }

    /// Makes the record of a camera's rules.
    init(_ plan: CameraPlan) {
        zones = plan.rules.map(\.name)
        ring = Mutex(Ring(zones: plan.rules.count))
    }

    /// Takes what a look measured.
    func note(_ seen: MotionObservation, in light: Daylight, at time: WallTime) {
        ring.withLock { ring in
            for (index, reading) in seen.zones.enumerated() where index < zones.count {
                ring.note(Place(reading, zone: index, seen.suppression, in: light, at: time))
            }
        }
    }

    /// What was measured after a time, oldest first.
    func report(since time: WallTime?) -> TuningReport {
        let (places, limits) = ring.withLock { ring in
            let latest = ring.latest.map { $0.map { ring.places[$0] } }
            let after = max(time ?? .epoch, (latest.compactMap { $0?.at }.max() ?? .epoch) - Self.reach)
            return (ring.inOrder.filter { $0.at > after }, latest.map { $0?.limits })
        }
        let rules = zip(zones, limits).map { TuningReport.Rule(zone: $0, gates: gates(of: $1)) }
        return TuningReport(rules: rules, samples: places.map { $0.sample(of: zones) })
    }

    private func gates(of limits: SIMD4<Float>?) -> [TuningReport.Gate] {
        Self.gates.enumerated().map { index, gate in
            TuningReport.Gate(gate: gate.name, unit: gate.unit, limit: limits.map { Double($0[index]) } ?? 0)
        }
    }
}

extension WallTime {
    /// The half second that it lies in.
    fileprivate var step: Int64 { nanoseconds / 500_000_000 }
}

extension TuningRecord.Place {
    fileprivate init(
        _ reading: ZoneReading,
        zone: Int,
        _ suppression: MotionObservation.Suppression?,
        in light: Daylight,
        at time: WallTime
    ) {
        at = time
        self.zone = UInt16(clamping: zone)
        isNight = light == .night
        isPassed = reading.isMoving
        self.suppression = suppression
        doubts = MotionDoubt.allCases.reduce(0) { $0 | (reading.doubts[$1] > 0 ? 1 << UInt16($1.rawValue) : 0) }
        score = Float(reading.score)
        values = .zero
        limits = .zero
        for (index, gate) in reading.gates.prefix(4).enumerated() {
            values[index] = Float(gate.value)
            limits[index] = Float(gate.limit)
        }
    }

    fileprivate func isNearer(than other: Self) -> Bool {
        if isPassed != other.isPassed { return isPassed }
        return (score, values[0]) >= (other.score, other.values[0])
    }

    fileprivate func sample(of zones: [String]) -> TuningReport.Sample {
        let names = TuningRecord.gates.map(\.name)
        let isAnything = values != .zero
        let failed = names.indices.first { values[$0] < limits[$0] }
        let seen = MotionDoubt.allCases.filter { doubts & 1 << UInt16($0.rawValue) != 0 }
        return TuningReport.Sample(
            at: at,
            zone: zones[Int(zone)],
            light: isNight ? .night : .day,
            values: (0..<4).map { Double(values[$0]) },
            limits: (0..<4).map { Double(limits[$0]) },
            gates: names,
            isPassed: isPassed,
            failed: isPassed || !isAnything ? nil : failed.map { names[$0] },
            suppression: word(seen),
            doubts: seen.map(\.name)
        )
    }

    private func word(_ seen: [MotionDoubt]) -> String? {
        switch suppression {
        case .settling: "settling"
        case .lightChange: "light"
        case nil: seen.contains(.shake) ? "shake" : nil
        }
    }
}
