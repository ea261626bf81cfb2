import NeuronCore
import NeuronMedia
import Synchronization

/// Plays the jobs of a plan, each through a pipeline of its own, and judges what they tell by the clips' labels.
package final class Evaluation: Sendable {
    private let plan: EvaluationPlan
    /// Candidate by candidate, clip by clip.
    private let jobs: [[ReplayJob]]
    private let interrupts: [SourceInterrupt]
    private let board: Mutex<Board>

    private struct Board {
        var next = 0
        var done = 0
        var results: [EvaluationResult.Clip?]

        mutating func takeNext() -> Int? {
            guard next < results.count else { return nil }
            next += 1
            return next - 1
        }
    }

    /// Makes an evaluation that has not begun; `jobs` are those of the plan.
    package init(_ plan: EvaluationPlan, jobs: [[ReplayJob]]) {
        self.plan = plan
        self.jobs = jobs
        let count = jobs.reduce(0) { $0 + $1.count }
        interrupts = (0..<count).map { _ in SourceInterrupt() }
        board = Mutex(Board(results: Array(repeating: nil, count: count)))
    }

    /// Makes a running evaluation end soon; its result is then worth nothing.
    package func stop() { for interrupt in interrupts { interrupt.stop() } }

    /// How many clips have been played, and how many there are.
    package var progress: (done: Int, of: Int) { (board.withLock(\.done), interrupts.count) }

    /// Plays everything; blocks until it is done.
    ///
    /// - Parameter workers: how many clips are played at the same time, at least 1.
    /// - Returns: what came of it; but for the costs it does not depend on the number of workers.
    package func run(workers: Int) -> EvaluationResult {
        let threads = (0..<max(1, min(workers, interrupts.count))).map { index in
            DedicatedThread(name: "evaluate-\(index)") { self.work() }
        }
        for thread in threads { thread.join() }
        let results = board.withLock { $0.results.compactMap(\.self) }
        let perCandidate = plan.clips.count
        return EvaluationResult(
            plan: plan,
            candidates: plan.candidates.enumerated().map { index, candidate in
                let clips = results.dropFirst(index * perCandidate).prefix(perCandidate)
                return EvaluationResult.Candidate(name: candidate.name, clips: Array(clips))
            }
        )
    }

    private func work() {
        while let index = board.withLock({ $0.takeNext() }) {
            let clip = plan.clips[index % plan.clips.count]
            let job = jobs[index / plan.clips.count][index % plan.clips.count]
            let result = evaluate(clip, job, interrupts[index])
            board.withLock { board in
                board.results[index] = result
                board.done += 1
            }
        }
    }

    private func evaluate(
        _ clip: EvaluationPlan.Clip,
        _ job: ReplayJob,
        _ interrupt: SourceInterrupt
    ) -> EvaluationResult.Clip {
        let labels = clip.labels.events.filter { $0.kind == plan.kind }
        let clock = ThreadClock()
        let start = clock.monotonicNow()
        var alerts = AlertCollector(kind: plan.kind)
        let sightings = labels.contains { $0.box != nil } ? SightingCollector() : nil
        let options = ReplayJob.Options(start: .epoch, isRealTime: false)
        let run = ReplayRun(job, options: options, interrupt: interrupt, meter: clock, witness: sightings)
        let outcome = run.run(line: { alerts.take($0) }, progress: { _ in })
        let total = clock.monotonicNow() - start
        let match = ClipMatch(
            labels,
            alerts: alerts.alerts,
            sightings: sightings?.sightings ?? [],
            length: max(outcome.played, .zero),
            rule: plan.rule
        )
        let cost = EvaluationCost(total: total, detector: outcome.statistics.detectTime, played: outcome.played)
        return EvaluationResult.Clip(
            path: clip.path,
            labels: clip.labels.file,
            match: match,
            cost: cost,
            pictures: outcome.statistics.detected,
            failure: outcome.failures.first
        )
    }
}
