import NeuronCore

/// What came of an evaluation.
package struct EvaluationResult: Sendable {
    package var plan: EvaluationPlan
    /// In the order of the plan.
    package var candidates: [Candidate]

    /// What came of one configuration.
    package struct Candidate: Sendable {
        package var name: String
        /// In the order of the plan.
        package var clips: [Clip]

        /// The figures of all clips together: sums are divided once, so that a clip counts by its events.
        package var figures: EvaluationFigures {
            clips.reduce(into: EvaluationFigures()) { $0.add(EvaluationFigures($1.match)) }
        }

        package var cost: EvaluationCost { clips.reduce(into: EvaluationCost()) { $0.add($1.cost) } }
    }

    /// What came of one clip.
    package struct Clip: Sendable {
        package var path: String
        package var labels: String
        package var match: ClipMatch
        package var cost: EvaluationCost
        /// How many pictures the detector looked at.
        package var pictures: Int
        /// Why it was not played, or not to its end.
        package var failure: ReplayJob.Failure?
    }

    /// The alerts that differ between the first candidate and the second, clip by clip; empty without a second.
    package var differences: [[AlertDifference]] {
        guard candidates.count > 1 else { return [] }
        return zip(candidates[0].clips, candidates[1].clips).map { first, second in
            AlertDifference.between(first.match.alerts, second.match.alerts)
        }
    }

    /// Names of the clips for a table: the last parts of each path, as many as tell all of them apart.
    package var clipNames: [String] {
        let paths = (candidates.first?.clips ?? []).map { $0.path.split(separator: "/").map(String.init) }
        let longest = paths.map(\.count).max() ?? 1
        let names = { (length: Int) in paths.map { $0.suffix(length).joined(separator: "/") } }
        return names((1...max(longest, 1)).first { Set(names($0)).count == paths.count } ?? longest)
    }

    /// Why the result cannot be relied on: a clip that gave no picture, or labels of another clip.
    ///
    /// - Returns: nil where all is well.
    package var fault: StationError? {
        for clip in candidates.flatMap(\.clips) {
            if let failure = clip.failure, !failure.hasPlayed { return .clip(failure.error) }
            // One second is what containers and labels may disagree by at a clip's end.
            let end = MediaTime.zero + clip.match.length + .seconds(1)
            guard let late = clip.match.events.first(where: { $0.interval.from > end }) else { continue }
            let (start, length) = (late.interval.from.seconds, clip.match.length.seconds)
            return .badData(
                "\(clip.labels) does not fit \(clip.path): an event starts at \(start) s, and the clip has \(length) s."
            )
        }
        return nil
    }

    /// What was measured of each requirement, of the first candidate.
    package func measured(_ requirements: [EvaluationRequirement]) -> [Double?] {
        guard let candidate = candidates.first else { return requirements.map { _ in nil } }
        let (figures, cost) = (candidate.figures, candidate.cost)
        return requirements.map { $0.figure.value(figures, cost) }
    }
}
