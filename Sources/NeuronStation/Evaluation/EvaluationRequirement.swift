import NeuronCore

/// What a figure of an evaluation must reach: `f1=0.9`, `false<=1`.
package struct EvaluationRequirement: Sendable, Hashable, CustomStringConvertible {
    package var figure: Figure
    package var limit: Double

    /// A figure that can be required, by its name on the command line.
    package enum Figure: String, Sendable, Hashable, CaseIterable {
        case precision, recall, f1, located
        case `false`, missed, falsePerHour
        case falseAlarm, falseAlarmShare
        case onsetMedian, onsetP95, latencyMedian, latencyP95
        case cpu, detectorCpu

        /// Whether more is better; its limit is then the least that is allowed, else the most.
        package var isGain: Bool { [.precision, .recall, .f1, .located].contains(self) }

        /// The figure's value; nil where the clips have nothing to compute it from.
        package func value(_ figures: EvaluationFigures, _ cost: EvaluationCost) -> Double? {
            switch self {
            case .precision: figures.precision
            case .recall: figures.recall
            case .f1: figures.f1
            case .located: figures.located
            case .false: Double(figures.falseAlerts)
            case .missed: Double(figures.missed)
            case .falsePerHour: figures.falsePerHour
            case .falseAlarm: figures.falseAlarm.seconds
            case .falseAlarmShare: figures.falseAlarmShare
            case .onsetMedian: figures.onsetErrorMedian
            case .onsetP95: figures.onsetErrorP95
            case .latencyMedian: figures.latencyMedian
            case .latencyP95: figures.latencyP95
            case .cpu: cost.perMinute
            case .detectorCpu: cost.detectorPerMinute
            }
        }
    }

    /// Makes a requirement.
    package init(_ figure: Figure, _ limit: Double) {
        self.figure = figure
        self.limit = limit
    }

    /// Reads a list such as `f1=0.9,false<=1`; `=` means at least or at most, whichever is better for the figure.
    ///
    /// - Throws: `StationError` for what is no figure, no number, or a comparison that would ask for the worse.
    package static func list(_ text: String) throws(StationError) -> [EvaluationRequirement] {
        var list: [EvaluationRequirement] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) { list.append(try read(item)) }
        return list
    }

    private static func read(_ item: Substring) throws(StationError) -> EvaluationRequirement {
        let text = item.filter { !$0.isWhitespace }
        let name = text.prefix { $0.isLetter || $0.isNumber }
        let rest = text.dropFirst(name.count)
        guard let sign = ["<=", ">=", "="].first(where: rest.hasPrefix) else {
            throw .usage("--require takes figures such as f1=0.9,false<=1, not '\(item)'.")
        }
        guard let figure = Figure(rawValue: String(name)) else {
            let known = Figure.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--require knows no figure '\(name)'; it knows \(known).")
        }
        guard sign == "=" || (sign == ">=") == figure.isGain else {
            throw .usage("--require \(text): \(figure.isGain ? "more" : "less") is better; write \(figure.rawValue)=N.")
        }
        let number = rest.dropFirst(sign.count)
        let isPercent = number.hasSuffix("%")
        guard let limit = Double(isPercent ? number.dropLast() : number), limit.isFinite, limit >= 0 else {
            throw .usage("--require \(text): '\(number)' is no number of 0 or more.")
        }
        return EvaluationRequirement(figure, isPercent ? limit / 100 : limit)
    }

    /// Whether a measured value is good enough; what could not be measured is not.
    package func isMet(by value: Double?) -> Bool {
        guard let value else { return false }
        return figure.isGain ? value >= limit : value <= limit
    }

    package var description: String { "\(figure.rawValue)\(figure.isGain ? ">=" : "<=")\(limitText)" }

    /// The limit as a person would write it.
    private var limitText: String { Int(exactly: limit).map(String.init) ?? "\(limit)" }
}
