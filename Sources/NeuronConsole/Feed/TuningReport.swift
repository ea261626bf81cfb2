package import NeuronCore

/// What a camera measured against its gates lately.
package struct TuningReport: Sendable {
    package var rules: [Rule]
    /// Oldest first.
    package var samples: [Sample]

    /// A zone's gates with the limits that hold now.
    package struct Rule: Sendable, Hashable {
        package var zone: String
        package var gates: [Gate]

        /// Makes a rule.
        package init(zone: String, gates: [Gate]) {
            self.zone = zone
            self.gates = gates
        }
    }

    /// A gate and its limit.
    package struct Gate: Sendable, Hashable {
        package var gate: String
        /// What its values are counted in.
        package var unit: String
        package var limit: Double

        /// Makes a gate.
        package init(gate: String, unit: String, limit: Double) {
            self.gate = gate
            self.unit = unit
            self.limit = limit
        }
    }

    /// What one look measured in one zone.
    package struct Sample: Sendable, Hashable {
        package var at: WallTime
        package var zone: String
        package var light: Daylight
        /// By gate, in the gates' order.
        package var values: [Double]
        package var limits: [Double]
        package var gates: [String]
        package var isPassed: Bool
        /// The first gate that was not passed; nil where all were, or where nothing was there to be measured.
        package var failed: String?
        /// `settling`, `shake` or `light`.
        package var suppression: String?
        /// Reasons for which changes were not believed.
        package var doubts: [String]

        /// Makes a sample of all its parts.
        package init(
            at: WallTime,
            zone: String,
            light: Daylight,
            values: [Double],
            limits: [Double],
            gates: [String],
            isPassed: Bool,
            failed: String?,
            suppression: String?,
            doubts: [String]
        ) {
            self.at = at
            self.zone = zone
            self.light = light
            self.values = values
            self.limits = limits
            self.gates = gates
            self.isPassed = isPassed
            self.failed = failed
            self.suppression = suppression
            self.doubts = doubts
        }
    }

    /// Makes a report.
    package init(rules: [Rule], samples: [Sample]) {
        self.rules = rules
        self.samples = samples
    }

    /// `GET /api/v1/cameras/{id}/tuning`.
    package var json: JSONValue {
        ["rules": JSONValue(rules.map(\.json)), "samples": JSONValue(samples.map(\.json))]
    }
}

extension TuningReport.Rule {
    fileprivate var json: JSONValue {
        [
            "zone": .string(zone),
            "gates": JSONValue(
                gates.map {
                    [
                        "gate": .string($0.gate), "unit": .string($0.unit),
                        "limit": .number(TuningReport.Sample.rounded($0.limit)),
                    ]
                }
            ),
        ]
    }
}

extension TuningReport.Sample {
    /// One sample.
    package var json: JSONValue {
        [
            "at": JSONValue(at), "zone": .string(zone), "light": .string(light.rawValue),
            "values": .object(zip(gates, values).map { JSONValue.Member($0, .number(Self.rounded($1))) }),
            "limits": .object(zip(gates, limits).map { JSONValue.Member($0, .number(Self.rounded($1))) }),
            "passed": .bool(isPassed), "failed": JSONValue(failed), "suppression": JSONValue(suppression),
            "doubts": JSONValue(doubts.map { .string($0) }),
        ]
    }

    fileprivate static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
