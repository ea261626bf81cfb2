import NeuronCore

/// An evaluation as text for people.
package struct EvaluationTable {
    private let result: EvaluationResult
    private let requirements: [EvaluationRequirement]

    /// Makes the text of a result and of what was required.
    package init(_ result: EvaluationResult, requirements: [EvaluationRequirement] = []) {
        self.result = result
        self.requirements = requirements
    }

    /// All of it, without a line end.
    package var text: String {
        var parts = result.candidates.enumerated().map { index, candidate in
            "\(Self.letter(index)): \(candidate.name)\n" + table(of: candidate)
        }
        if result.candidates.count > 1 { parts.append(differences) }
        if !requirements.isEmpty { parts.append(verdicts) }
        return parts.joined(separator: "\n\n")
    }

    private static let head = [
        "clip", "s", "events", "found", "missed", "alerts", "false", "prec", "recall", "F1", "onset p50/p95",
        "told p50/p95", "false/h", "alarm s", "alarm %", "located", "cpu s/min", "detector",
    ]

    private static func letter(_ index: Int) -> String { index == 0 ? "A" : "B" }

    private func table(of candidate: EvaluationResult.Candidate) -> String {
        let clips = zip(result.clipNames, candidate.clips).map { name, clip in
            Self.row(name, EvaluationFigures(clip.match), clip.cost)
        }
        let total = Self.row("total of \(candidate.clips.count)", candidate.figures, candidate.cost)
        return Self.aligned([Self.head] + clips + [total])
    }

    private static func row(_ name: String, _ figures: EvaluationFigures, _ cost: EvaluationCost) -> [String] {
        [
            name, decimalText(figures.length.seconds, 1), "\(figures.events)", "\(figures.found)", "\(figures.missed)",
            "\(figures.alerts)", "\(figures.falseAlerts)", decimalText(figures.precision, 2),
            decimalText(figures.recall, 2),
            decimalText(figures.f1, 2), pair(figures.onsetErrorMedian, figures.onsetErrorP95),
            pair(figures.latencyMedian, figures.latencyP95), decimalText(figures.falsePerHour, 1),
            decimalText(figures.falseAlarm.seconds, 1), decimalText(figures.falseAlarmShare.map { $0 * 100 }, 2),
            figures.boxes > 0 ? "\(figures.locatedBoxes)/\(figures.boxes)" : "-", decimalText(cost.perMinute, 2),
            decimalText(cost.detectorPerMinute, 3),
        ]
    }

    private var differences: String {
        let rows = zip(result.clipNames, result.differences).flatMap { name, differences in
            differences.map { difference in
                let alert = difference.alert.alert
                return [
                    difference.isOfFirst ? "only in A" : "only in B", name, decimalText(alert.onset.seconds, 2),
                    decimalText(alert.told.seconds, 2), decimalText(alert.interval.to.seconds, 2), alert.rule,
                    difference.alert.isTrue ? "true" : "false",
                ]
            }
        }
        guard !rows.isEmpty else { return "A and B tell the same alerts." }
        return Self.aligned([["alerts that differ", "clip", "onset", "told", "over", "rule", "verdict"]] + rows)
    }

    private var verdicts: String {
        let rows = zip(requirements, result.measured(requirements)).map { requirement, value in
            [
                requirement.isMet(by: value) ? "met" : "NOT MET", requirement.description,
                value.map { "measured \(decimalText($0, 4))" }
                    ?? "not measured: the clips have nothing to compute it from",
            ]
        }
        return Self.aligned([["required of A", "", ""]] + rows)
    }

    private static func pair(_ first: Double?, _ second: Double?) -> String {
        first == nil ? "-" : "\(decimalText(first, 2))/\(decimalText(second, 2))"
    }

    /// Columns, numbers to the right and words to the left.
    private static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        let isNumeric = (0..<columns).map { column in
            rows.dropFirst().allSatisfy { $0[column].first.map { $0.isNumber || $0 == "-" } ?? false }
        }
        return rows.map { row in
            let cells = (0..<columns).map { column in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                return isNumeric[column] ? gap + row[column] : row[column] + gap
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        .joined(separator: "\n")
    }
}
