package import NeuronCore
import NeuronMedia
import NeuronVision
import Synchronization

/// Plays a clip and draws on each picture what the detector made of it.
package final class Annotation: Sendable {
    private let job: ReplayJob
    private let target: AnnotationTarget
    private let selection: Selection
    private let interrupt = SourceInterrupt()
    private let counter = Mutex(0)

    /// Which pictures are drawn; the detector sees all of them.
    package struct Selection: Sendable, Hashable {
        package var from: MediaTime
        /// The last moment; nil for the clip's end.
        package var to: MediaTime?
        /// Each so many pictures one is drawn, at least 1.
        package var every: Int

        /// Makes a selection.
        package init(from: MediaTime = .zero, to: MediaTime? = nil, every: Int = 1) {
            self.from = from
            self.to = to
            self.every = every
        }
    }

    /// Makes an annotation that has not begun.
    ///
    /// - Parameters:
    ///   - job: one clip.
    ///   - target: where the pictures go.
    ///   - selection: which pictures go there.
    package init(_ job: ReplayJob, to target: AnnotationTarget, selection: Selection = Selection()) {
        self.job = job
        self.target = target
        self.selection = selection
    }

    /// How many pictures have been drawn.
    package var drawn: Int { counter.withLock(\.self) }

    /// Makes a running annotation end soon; what has been drawn is kept.
    package func stop() { interrupt.stop() }

    /// Plays the clip; blocks until it is done.
    ///
    /// - Returns: how many pictures were drawn.
    /// - Throws: `StationError` where the clip gave nothing to draw, or what was drawn could not be written.
    package func run() throws(StationError) -> Int {
        let artist = Artist(job, output: AnnotationOutput(target), selection: selection) { [interrupt, self] isDone in
            if isDone { interrupt.stop() } else { counter.withLock { $0 += 1 } }
        }
        let options = ReplayJob.Options(start: .epoch, isRealTime: false)
        let run = ReplayRun(job, options: options, interrupt: interrupt, meter: SystemClock(), witness: artist)
        let outcome = run.run(line: { artist.note($0) }, progress: { _ in })
        try artist.finish()
        if let failure = outcome.failures.first, !failure.hasPlayed { throw .clip(failure.error) }
        guard artist.count > 0 || artist.refused == 0 else {
            throw .badData(
                "Nothing was drawn: no picture of \(job.clips[0]) can be searched for licence plates, so that none may be "
                    + "shown; `plates: {blur: false}` shows them as they are."
            )
        }
        guard artist.count > 0 else {
            throw .badData(
                "Nothing was drawn: the detector looked at no picture of \(job.clips[0]) in the time asked for."
            )
        }
        return artist.count
    }
}

/// Draws the pictures that are shown to it, after what nobody may see was painted over.
private final class Artist: PictureWitness {
    let isInspecting = true
    private var annotator: PictureAnnotator
    private var converter = ColourConverter()
    private var painter: PrivacyPainter
    private var output: AnnotationOutput
    private let selection: Annotation.Selection
    /// Is told of each picture, and whether no more are needed.
    private let report: (Bool) -> Void
    private var seen = 0
    /// Pictures that could not be made fit to be shown.
    private(set) var refused = 0
    private var failure: (any Error)?

    var count: Int { output.count }

    init(
        _ job: ReplayJob,
        output: consuming AnnotationOutput,
        selection: Annotation.Selection,
        report: @escaping (Bool) -> Void
    ) {
        annotator = PictureAnnotator(job.camera)
        painter = PrivacyPainter(PrivacyPainter.Plan(job.camera))
        self.output = output
        self.selection = selection
        self.report = report
    }

    func see(_ frame: borrowing DecodedFrame, _ sight: PictureSight) {
        guard failure == nil, frame.time >= selection.from else { return }
        if let end = selection.to, frame.time > end { return stop() }
        defer { seen += 1 }
        guard seen % selection.every == 0 else { return }
        guard var picture = converter.picture(of: frame), painter.paint(&picture) else { return refused += 1 }
        do {
            try output.add(annotator.draw(sight, on: picture, orientation: frame.orientation), at: frame.time)
            report(false)
        } catch {
            failure = error
            stop()
        }
    }

    /// Takes the line of an event that was told; it is drawn from the next picture on.
    func note(_ line: [UInt8]) { annotator.note(line) }

    private func stop() { report(true) }

    /// Closes the output.
    func finish() throws(StationError) {
        do {
            if let failure { throw failure }
            try output.finish()
        } catch {
            throw .inputOutput("\(error)")
        }
    }
}
