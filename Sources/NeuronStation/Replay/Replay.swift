import Dispatch
package import NeuronCore
import NeuronMedia
import Synchronization

/// Plays jobs on a number of workers and hands out their lines in the order of the jobs.
///
/// What is handed out does not depend on the number of workers: each job has its own pipeline and its own numbers, and a
/// job's lines are kept back until those of all jobs before it are out.
package final class Replay: Sendable {
    private let jobs: [ReplayJob]
    private let options: ReplayJob.Options
    /// One per job: deadlines of sources that are read at the same time must not meet in one place.
    private let interrupts: [SourceInterrupt]
    private let clock: any NeuronClock
    private let board: Mutex<Board>

    private struct Board {
        var next = 0
        var lines: [[[UInt8]]]
        var outcomes: [ReplayJob.Outcome?]
        var progress: [ReplayRun.Progress]
        /// The job whose lines go out as they come.
        var front = 0
    }

    /// Makes a replay that has not begun.
    ///
    /// - Parameters:
    ///   - jobs: in the order of their output.
    ///   - options: the same for all.
    ///   - clock: measures cost and keeps real time; alerts do not depend on it.
    package init(_ jobs: [ReplayJob], options: ReplayJob.Options, clock: any NeuronClock = SystemClock()) {
        self.jobs = jobs
        self.options = options
        self.clock = clock
        interrupts = jobs.map { _ in SourceInterrupt(clock: clock) }
        board = Mutex(
            Board(
                lines: Array(repeating: [], count: jobs.count),
                outcomes: Array(repeating: nil, count: jobs.count),
                progress: Array(repeating: ReplayRun.Progress(), count: jobs.count)
            )
        )
    }

    /// Makes a running replay end soon; what it has found is closed as at a clip's end.
    package func stop() { for interrupt in interrupts { interrupt.stop() } }

    /// Media time played so far, over all jobs.
    package var reached: TimeSpan {
        board.withLock { board in board.progress.reduce(.zero) { $0 + ($1.reached - .zero) } }
    }

    /// Media time in all clips; nil until each has been opened, and where one does not say.
    package var knownLength: TimeSpan? {
        board.withLock { board in
            guard zip(jobs, board.progress).allSatisfy({ $0.clips.count == $1.opened.clips }) else { return nil }
            return board.progress.reduce(.zero) { sum, job in sum.flatMap { sum in job.opened.length.map { sum + $0 } }
            }
        }
    }

    /// Plays everything; blocks until it is done.
    ///
    /// - Parameters:
    ///   - workers: how many jobs are played at the same time, at least 1.
    ///   - output: called with each event's line, in order, by one thread at a time.
    /// - Returns: what became of each job.
    package func run(workers: Int, output: @escaping @Sendable ([UInt8]) -> Void) -> [ReplayJob.Outcome] {
        let threads = (0..<max(1, min(workers, jobs.count))).map { index in
            DedicatedThread(name: "replay-\(index)") { self.work(output) }
        }
        for thread in threads { thread.join() }
        return board.withLock { $0.outcomes.compactMap(\.self) }
    }

    private func work(_ output: @Sendable ([UInt8]) -> Void) {
        while let index = takeJob() {
            let run = ReplayRun(jobs[index], options: options, interrupt: interrupts[index], meter: clock)
            let outcome = run.run(
                line: { line in hand(line, of: index, to: output) },
                progress: { progress in board.withLock { $0.progress[index] = progress } }
            )
            finish(index, outcome, output)
        }
    }

    private func takeJob() -> Int? {
        board.withLock { board in
            guard board.next < jobs.count else { return nil }
            board.next += 1
            return board.next - 1
        }
    }

    /// Output happens under the lock: that is what keeps the order.
    private func hand(_ line: [UInt8], of index: Int, to output: ([UInt8]) -> Void) {
        board.withLock { board in
            if board.front == index { output(line) } else { board.lines[index].append(line) }
        }
    }

    private func finish(_ index: Int, _ outcome: ReplayJob.Outcome, _ output: ([UInt8]) -> Void) {
        board.withLock { board in
            board.outcomes[index] = outcome
            while board.front < jobs.count, board.outcomes[board.front] != nil {
                board.front += 1
                guard board.front < jobs.count else { break }
                for line in board.lines[board.front] { output(line) }
                board.lines[board.front] = []
            }
        }
    }
}
