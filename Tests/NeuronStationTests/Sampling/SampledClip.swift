import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronSampling
import NeuronTestSupport

@testable import NeuronStation

/// A clip's packets, to be played through a camera's pipeline as they are, or with some of them lost on the way.
struct SampledClip: Sendable {
    let packets: [CompressedPacket]
    let parameters: DecoderParameters

    init(packets: [CompressedPacket], parameters: DecoderParameters) {
        (self.packets, self.parameters) = (packets, parameters)
    }

    /// Reads a clip, or as many packets of a camera as are asked for.
    init(_ source: String, atMost count: Int = .max) throws {
        var media = try MediaSource(opening: SourceAddress(source))
        var packets: [CompressedPacket] = []
        while packets.count < count, let packet = try media.nextPacket() { packets.append(packet) }
        self.init(packets: packets, parameters: media.decoderParameters)
    }

    /// The same without the packets that are lost on the way; told by their place and whether they are keyframes.
    func losing(_ isLost: (_ index: Int, _ isKeyframe: Bool) -> Bool) -> SampledClip {
        let kept = packets.enumerated().filter { !isLost($0.offset, $0.element.facts.isKeyframe) }
        return SampledClip(packets: kept.map(\.element), parameters: parameters)
    }

    /// A camera with nothing but its defaults.
    static var camera: CameraConfiguration {
        CameraConfiguration(id: SensorID(sanitising: "yard"), source: SourceAddress("yard.mp4"))
    }

    /// Plays it to its end.
    func play(_ sampling: CameraConfiguration.Sampling, as camera: CameraConfiguration = camera) throws -> SampledRun {
        var camera = camera
        camera.sampling = sampling
        let plan = CameraPlan(camera, box: .unnamed)
        var pipeline = CameraPipeline(plan, clock: .media(start: .epoch), meter: SystemClock())
        var run = SampledRun(eventGap: camera.motion.eventGap.seconds)
        try pipeline.open(parameters)
        for packet in packets {
            let wakes = pipeline.statistics.wakes
            _ = try pipeline.process(packet, arrival: .epoch) { run.take($0) }
            if pipeline.statistics.wakes > wakes { run.wakes.append(packet.facts.time.seconds) }
        }
        run.decodedBeforeEnd = pipeline.statistics.decoded
        try pipeline.drain { run.take($0) }
        pipeline.finish(because: .sourceEnded, at: .epoch) { run.take($0) }
        run.statistics = pipeline.statistics
        return run
    }

    // MARK: What the packets say

    /// Whether decoding can begin at each, in their order.
    var areKeyframes: [Bool] { packets.map(\.facts.isKeyframe) }

    /// When each is shown, in that order.
    var pictureTimes: [Double] { packets.map(\.presentationTime.seconds).sorted() }

    /// What can be decoded alone, and is while nothing happens: at most one in half a second.
    var keyframeTimes: [Double] {
        let times = packets.filter(\.facts.isKeyframe).map(\.presentationTime.seconds)
        guard parameters.isIntraOnly else { return times }
        return times.reduce(into: []) { kept, time in
            if kept.last.map({ time - $0 >= 0.48 }) ?? true { kept.append(time) }
        }
    }

    /// The longest distance between two pictures that `always` looks at, and half a millisecond: alerts have whole ones.
    var interval: Double { longestStep(pictureTimes) + 0.0005 }

    /// The longest distance between two keyframes, or to the end.
    var longestGroup: Double { longestStep(keyframeTimes + pictureTimes.suffix(1)) }

    /// A camera whose groups are longer is never left, as something could come and go between two of them.
    private static let longestSilence = 2.2

    /// The most pictures that `auto` may decode before the end, given what it told and when it woke.
    ///
    /// All where groups are long. Else those of the first 2.5 s and of 1.5 s more if something is suspicious then, the keyframes, all
    /// from the keyframe before an alert to its end, and for each wake in vain a group and 1.5 s.
    func mostDecoded(in run: SampledRun) -> Int {
        let times = pictureTimes
        guard longestGroup <= Self.longestSilence else { return times.count }
        // What is followed stays so for a second behind the event gap.
        let spans =
            [0...4.04] + run.motion.map { keyframe(before: $0.onset)...($0.end ?? .infinity) + run.eventGap + 1.04 }
        let followed = spans.reduce(0) { sum, span in sum + times.count { span.contains($0) } }
        let vain = max(0, run.wakes.count - run.motion.count)
        let rate = Double(times.count - 1) / max(0.001, (times.last ?? 0) - (times.first ?? 0))
        let costOfOne = (longestGroup + 1.5) * rate + 2
        return followed + keyframeTimes.count + run.wakes.count + vain * Int(costOfOne.rounded(.up))
    }

    /// The most pictures that come when a clip is over: what a codec holds back.
    static let mostAtEnd = 16

    private func keyframe(before time: Double) -> Double { keyframeTimes.last { $0 <= time } ?? 0 }

    private func longestStep(_ times: [Double]) -> Double {
        zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
    }
}

/// What one way of sampling made of a clip; times are seconds of the clip.
struct SampledRun: Sendable {
    /// An alert from its start to its end.
    struct Incident: Sendable {
        var id: String
        /// `motion` or `tamper`.
        var kind: Substring
        var onset: Double
        /// When it was known.
        var told: Double
        var end: Double?

        var lasts: Double { end.map { $0 - onset } ?? .infinity }
    }

    let eventGap: Double
    private(set) var incidents: [Incident] = []
    /// When a keyframe was a reason to decode what had been left out.
    var wakes: [Double] = []
    var statistics = PipelineStatistics()

    init(eventGap: Double) { self.eventGap = eventGap }

    /// How many pictures came out of the decoder; of a group that is decoded after the fact, each.
    var decoded: Int { statistics.decoded }
    /// The same before the end was known, at which a codec gives what it held back.
    var decodedBeforeEnd = 0
    /// Pictures that were looked at, each once.
    var looks: Int { statistics.coverage.looks }
    /// Seconds of which decoded packets tell.
    var covered: Double { statistics.coverage.decoded.seconds }
    /// Seconds in which something could have come and gone unseen.
    var blind: Double { statistics.coverage.blind.seconds }
    /// Packets refused, and pictures not believed.
    var damaged: Int { statistics.damaged }

    var motion: [Incident] { incidents.filter { $0.kind == "motion" } }

    mutating func take(_ finding: CameraPipeline.Finding) {
        let draft = finding.draft
        let time = seconds(draft.time)
        switch draft.phase {
        case .opens:
            let kind = draft.type.split(separator: ".")[2]
            incidents.append(
                Incident(id: draft.alertID, kind: kind, onset: time, told: seconds(finding.foundAt))
            )
        case .closes:
            if let index = incidents.firstIndex(where: { $0.id == draft.alertID }) { incidents[index].end = time }
        case .continues, .single: break
        }
    }

    private func seconds(_ time: WallTime) -> Double { Double(time.nanoseconds) / 1e9 }

    /// How much later, or earlier, each alert of another run begins that is one of these; nil for one that is not among them.
    func delays(in other: SampledRun, kind: String = "motion") -> [Double?] {
        let (mine, theirs) = (incidents.filter { $0.kind == kind }, other.incidents.filter { $0.kind == kind })
        return mine.map { one in
            let near = theirs.filter { $0.onset <= (one.end ?? .infinity) && one.onset <= ($0.end ?? .infinity) }
            return near.map { $0.onset - one.onset }.min { abs($0) < abs($1) }
        }
    }
}
