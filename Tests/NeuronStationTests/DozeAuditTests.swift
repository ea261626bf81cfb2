import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronSampling
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// A quarter of an hour of a yard, five small pictures a second: its first audit comes in this time.
@Suite(.timeLimit(.minutes(10)), .serialized) struct DozeAuditTests {
    /// What came of a clip up to the first event that was told, or to its end.
    private struct Outcome {
        var last = PipelineStatistics()
        var beforeAudit = PipelineStatistics()
        /// When the alert began, in seconds of the clip.
        var onset: Double?
        var told: Double?
        /// Whether the last packet was left out.
        var isDozing = false
    }

    /// The yard, in which from second 100 on something crosses between any two keyframes, where anything does.
    private func clip(in folder: TemporaryDirectory, crossing: Bool, _ codec: [String]) throws -> String {
        let path = folder.file("yard.mp4")
        let still = "trim=end_frame=1,loop=loop=-1:size=1,fps=5,scale=320:180,noise=alls=3:allf=t:all_seed=7"
        let when = crossing ? "gte(t,100)*between(mod(t,2),0.3,1.7)" : "0"
        let graph = "[0:v]\(still)[yard];[yard][1:v]overlay=x='20+130*mod(t,2)':y=90:enable='\(when)'"
        try CommandLineTool.run(
            "ffmpeg",
            ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", FixtureLabel.path(of: "clips/walker.mp4")]
                + ["-f", "lavfi", "-i", "color=black:s=16x36:r=5", "-filter_complex", graph, "-t", "915"]
                + ["-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-g", "10", "-sc_threshold", "0"] + codec
                + [path]
        )
        return path
    }

    private func play(_ path: String) throws -> Outcome {
        var camera = CameraConfiguration(id: SensorID(sanitising: "yard"), source: SourceAddress(path))
        camera.sampling = .auto
        var source = try MediaSource(opening: camera.source)
        var pipeline = CameraPipeline(
            CameraPlan(camera, box: .unnamed),
            clock: .media(start: .epoch),
            meter: SystemClock()
        )
        try pipeline.open(source.decoderParameters)
        var outcome = Outcome()
        while outcome.told == nil, let packet = try source.nextPacket() {
            let before = pipeline.statistics
            if before.coverage.audits == 0 { outcome.beforeAudit = before }
            _ = try pipeline.process(packet, arrival: .epoch) { finding in
                outcome.onset = (finding.draft.time - .epoch).seconds
                outcome.told = packet.facts.time.seconds
            }
            outcome.isDozing = pipeline.statistics.leftOut > before.leftOut
        }
        outcome.last = pipeline.statistics
        return outcome
    }

    private static let codecs = [["-bf", "0"], ["-bf", "1", "-b_strategy", "0"]]

    @Test(arguments: codecs) func `what crosses between keyframes is told when its group is audited`(
        codec: [String]
    ) throws {
        let folder = try TemporaryDirectory()
        let outcome = try play(clip(in: folder, crossing: true, codec))
        let (onset, told) = (try #require(outcome.onset), try #require(outcome.told))
        #expect(outcome.beforeAudit.alerts == 0)
        #expect(outcome.last.coverage.audits == 1)
        #expect(300 < onset && (0...3.1).contains(told - onset), "\(onset), \(told)")
    }

    @Test(arguments: codecs) func `an audit that finds nothing costs its group and no more`(codec: [String]) throws {
        let folder = try TemporaryDirectory()
        let outcome = try play(clip(in: folder, crossing: false, codec))
        let (before, after) = (outcome.beforeAudit, outcome.last)
        #expect(outcome.onset == nil && after.wakes == before.wakes)
        #expect(after.coverage.audits == 1 && after.coverage.auditFinds == 0)
        #expect(outcome.isDozing)
        // Each keyframe once, and of the group ten pictures and the keyframe that it begins with and that is tried in vain.
        let keyframes = (after.packets + 9) / 10 - (before.packets + 9) / 10
        #expect(after.decoded - before.decoded == keyframes + 11, "\(after.decoded - before.decoded), \(keyframes)")
    }
}
