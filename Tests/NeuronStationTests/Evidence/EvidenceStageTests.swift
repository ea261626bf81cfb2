import Foundation
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronEvidence
import NeuronIncidents
import NeuronMedia
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// What of a stream belongs to an alert, by media time; files are written at once.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EvidenceStageTests {
    private let folder: TemporaryDirectory
    private let packets: [CompressedPacket]
    private let parameters: DecoderParameters
    private let store: EvidenceStore

    /// A minute of ten pictures a second, a keyframe each second.
    init() throws {
        folder = try TemporaryDirectory()
        let clip = try ClipMaker.make("minute.mp4", in: folder) { $0.frames = 600 }
        (packets, parameters) = try Self.read(clip)
        store = try EvidenceStore(
            folder: folder.file("evidence"),
            clock: SystemClock(),
            policy: RetentionPolicy.keepingAll
        )
    }

    private static func read(_ clip: String) throws -> ([CompressedPacket], DecoderParameters) {
        var source = try MediaSource(opening: SourceAddress(clip))
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        return (packets, source.decoderParameters)
    }

    private func plan(_ change: (inout EvidencePlan) -> Void = { _ in }) -> EvidencePlan {
        var plan = EvidencePlan(desk: ImmediateEvidence(EvidenceWorker(store)))
        change(&plan)
        return plan
    }

    /// Plays the stream; what happens is dated by its second, and found when the picture of the other one has come.
    private func play(_ plan: EvidencePlan, _ events: [Event], until end: Double = 60) -> [AlertDraft] {
        var stage = EvidenceStage(plan, camera: SensorID(sanitising: "gate"), clock: .media(start: .epoch))
        var told: [AlertDraft] = []
        var left = events
        stage.open(parameters)
        for packet in packets where packet.facts.time.seconds < end {
            stage.append(packet, arrival: .epoch)
            while let event = left.first, packet.facts.time.seconds >= event.found {
                stage.take(left.removeFirst().finding, at: MonotonicTime(nanoseconds: 0))
            }
            stage.release(at: MonotonicTime(nanoseconds: 0)) { told.append($0.draft) }
        }
        stage.endClips()
        stage.release(at: MonotonicTime(nanoseconds: 0)) { told.append($0.draft) }
        return told
    }

    private struct Event {
        var finding: CameraPipeline.Finding
        var found: Double
    }

    private func event(
        _ phase: AlertDraft.Phase,
        at seconds: Double,
        found: Double,
        alert: Int = 1,
        kind: String = "motion",
        picture: [UInt8]? = nil
    ) -> Event {
        let time = WallTime(nanoseconds: Int64(seconds * 1e9))
        let draft = AlertDraft(
            id: "\(alert)-\(phase)",
            alertID: "0000000000000000000000000\(alert)",
            source: "urn:neurond:box:gate",
            type: "org.neurond.\(kind).x.v1",
            subject: "_/_/_/_/gate",
            time: time,
            phase: phase,
            importance: .started,
            encode: { (_: AlertStamp) in [] }
        )
        return Event(finding: CameraPipeline.Finding(draft: draft, foundAt: time, picture: picture), found: found)
    }

    private func file(_ media: AlertMedia) throws -> [UInt8] {
        try TemporaryDirectory.read(folder.file("evidence/\(media.name)"))
    }

    /// A clip's pictures: how many, and the first of them as in the stream.
    private func pictures(_ media: AlertMedia) throws -> (count: Int, seconds: Double) {
        let (packets, _) = try Self.read(folder.file("evidence/\(media.name)"))
        #expect(packets.first?.facts.isKeyframe == true)
        return (packets.count, packets.last?.facts.time.seconds ?? 0)
    }

    @Test
    func `a clip begins at the keyframe before the pre-roll, ends after the post-roll, and has its hash in the end`()
        throws
    {
        let told = play(plan(), [event(.opens, at: 20.35, found: 21), event(.closes, at: 30.25, found: 32)])
        #expect(told.count == 2 && told[0].evidence.isEmpty)
        let clip = try #require(told[1].evidence.media.first)
        let bytes = try file(clip)
        #expect(clip.role == .clip && clip.mediaType == "video/mp4" && clip.byteCount == bytes.count)
        #expect(clip.sha256 == SHA256.digest(of: bytes).hexadecimal)
        let span = try #require(told[1].evidence.span)
        #expect(span.start == WallTime(nanoseconds: 15_000_000_000))
        // Where pictures are out of order, the last ones may be behind one that is too late.
        #expect((34_900...35_200).contains(span.end.milliseconds) && !span.isCut)
        let pictures = try pictures(clip)
        #expect((200...203).contains(pictures.count) && (20...20.4).contains(pictures.seconds), "\(pictures)")
    }

    @Test(arguments: [(26.0, 20_800), (12, 7000)])
    func `a clip is dated by the stream that it begins in, whenever that has come back`(onset: Double, start: Int64)
        throws
    {
        var stage = EvidenceStage(plan(), camera: SensorID(sanitising: "gate"), clock: .live)
        let zero = MonotonicTime(nanoseconds: 0)
        stage.open(parameters)
        var told: [AlertDraft] = []
        for packet in packets {
            let second = packet.facts.time.seconds
            if second == 15 { stage.open(parameters) }
            let late = TimeSpan.milliseconds(second < 15 ? 0 : 800)
            let age = packet.presentationTime - MediaTime.zero + late
            stage.append(packet, arrival: CameraLink.Instant(monotonic: zero + age, wall: .epoch + age))
            let events = [
                onset: event(.opens, at: onset, found: onset), 30: event(.closes, at: 30, found: 30),
            ]
            if let found = events[second] { stage.take(found.finding, at: zero) }
            stage.release(at: zero) { told.append($0.draft) }
        }
        // Five seconds of pre-roll before 25.2 or 12 of the stream, from the keyframe on.
        let span = try #require(told.last?.evidence.span)
        #expect(span.start == .epoch + .milliseconds(start))
        #expect((34_800...35_300).contains(span.end.milliseconds))
    }

    @Test func `an end waits until the post-roll is read, and not for the hold-off`() {
        let early = play(plan(), [event(.opens, at: 20, found: 21), event(.closes, at: 30, found: 32)], until: 34)
        #expect(early.map(\.phase) == [.opens, .closes])
        #expect(early[1].evidence.span?.end == WallTime(nanoseconds: 33_900_000_000))
        let late = play(plan(), [event(.opens, at: 20, found: 21), event(.closes, at: 30, found: 50)])
        #expect(late[1].evidence.span.map { $0.end.nanoseconds <= 50_100_000_000 } == true)
        let held = play(
            plan { $0.lag = .seconds(30) },
            [event(.opens, at: 20, found: 21), event(.closes, at: 30, found: 50)]
        )
        #expect(held[1].evidence.span?.end == WallTime(nanoseconds: 35_000_000_000))
    }

    @Test func `what is held back for a late end is bounded, and shown where there is too much of it`() {
        let bytes = packets.reduce(0) { $0 + $1.byteCount }
        let told = play(
            plan { ($0.lag, $0.ringBytes) = (.seconds(30), bytes / 6) },
            [event(.opens, at: 20, found: 21), event(.closes, at: 30, found: 50)]
        )
        let end = told.last?.evidence.span?.end.milliseconds ?? 0
        #expect((37_000...46_000).contains(end), "ten seconds of packets, more or less")
    }

    @Test func `an alert that outlasts a clip says that it is cut`() throws {
        let told = play(
            plan { $0.maxClip = .seconds(10) },
            [event(.opens, at: 20, found: 21), event(.continues, at: 40, found: 40), event(.closes, at: 50, found: 52)]
        )
        #expect(told.map(\.phase) == [.opens, .continues, .closes])
        #expect(told[2].evidence.span?.isCut == true)
        #expect(try pictures(told[2].evidence.media[0]).count == 101)
    }

    @Test func `alerts of one camera that overlap have a clip each, and the one does not hold the other up`() throws {
        let told = play(
            plan(),
            [
                event(.opens, at: 20, found: 21), event(.opens, at: 25, found: 26, alert: 2),
                event(.closes, at: 30, found: 32), event(.opens, at: 33, found: 34, alert: 3),
                event(.closes, at: 40, found: 42, alert: 2), event(.closes, at: 41, found: 43, alert: 3),
            ]
        )
        #expect(told.map(\.id) == ["1-opens", "2-opens", "3-opens", "1-closes", "2-closes", "3-closes"])
        let clips = told.flatMap(\.evidence.media)
        #expect(clips.count == 3 && Set(clips.map(\.name)).count == 3)
        for clip in clips { _ = try pictures(clip) }
    }

    @Test func `of too many alerts at once the last have no clip and say so`() {
        let opens = (1...6).map { event(.opens, at: 20 + Double($0), found: 20 + Double($0), alert: $0) }
        let closes = (1...6).map { event(.closes, at: 30, found: 32, alert: $0) }
        let ends = play(plan(), opens + closes).filter { $0.phase == .closes }.sorted { $0.id < $1.id }
        #expect(ends.map(\.evidence.media.count) == [1, 1, 1, 1, 0, 0])
        #expect(ends.last?.evidence.missing == [AlertEvidence.Missing(.clip, .tooMany)])
    }

    @Test func `clips of a camera with a privacy mask are withheld, and its pictures are not`() {
        let told = play(
            plan { $0.passage = .withhold },
            [event(.opens, at: 20, found: 21, picture: [1, 2]), event(.closes, at: 30, found: 32)]
        )
        #expect(told[1].evidence.media.map(\.role) == [.snapshot])
        #expect(told[1].evidence.missing == [AlertEvidence.Missing(.clip, .masked)])
    }

    private func stage(_ change: (inout EvidencePlan) -> Void) -> EvidenceStage {
        EvidenceStage(plan(change), camera: SensorID(sanitising: "gate"), clock: .media(start: .epoch))
    }

    @Test func `packets are kept only where a clip can come of them`() throws {
        let old = try ClipMaker.make("old.flv", in: folder) { $0.codec = ["-c:v", "flv"] }
        let (oldPackets, oldParameters) = try Self.read(old)
        var (open, withheld, unfit) = (stage { _ in }, stage { $0.passage = .withhold }, stage { _ in })
        open.open(parameters)
        withheld.open(parameters)
        unfit.open(oldParameters)
        for packet in packets.prefix(30) {
            open.append(packet, arrival: .epoch)
            withheld.append(packet, arrival: .epoch)
        }
        for packet in oldPackets { unfit.append(packet, arrival: .epoch) }
        #expect(open.keptBytes > 0 && withheld.keptBytes == 0 && unfit.keptBytes == 0)
    }

    /// A camera whose clips are painted, of which a stream of a size is watched.
    private func masked(drawnOn size: String) throws -> EvidenceStage {
        let watched = try ClipMaker.make("\(size).mp4", in: folder) { $0.size = size }
        let corners = [(0, 0), (0.5, 0), (0.5, 1)].map { RelativePoint(x: $0.0, y: $0.1) }
        var stage = stage {
            $0.passage = .encode
            $0.masks = PrivacyMasks([RelativePolygon(corners)])
        }
        stage.watch(try Self.read(watched).1)
        stage.open(parameters)
        return stage
    }

    private func painted(drawnOn size: String) throws -> AlertEvidence {
        var stage = try masked(drawnOn: size)
        for packet in packets.prefix(100) { stage.append(packet, arrival: .epoch) }
        let zero = MonotonicTime(nanoseconds: 0)
        stage.take(event(.opens, at: 8, found: 8).finding, at: zero)
        stage.take(event(.closes, at: 9, found: 9).finding, at: zero)
        stage.endClips()
        var told: [AlertDraft] = []
        stage.release(at: zero) { told.append($0.draft) }
        return try #require(told.last).evidence
    }

    @Test
    func `masks are painted into clips of a stream that shows what they were drawn on, and no clip is of another`()
        throws
    {
        #expect(try painted(drawnOn: "128x96").media.map(\.role) == [.clip])
        #expect(try painted(drawnOn: "96x54").missing == [AlertEvidence.Missing(.clip, .masked)])
    }

    @Test func `a clip ends where the stream that masks are drawn on changes its shape`() throws {
        let (_, wide) = try Self.read(try ClipMaker.make("wide.mp4", in: folder) { $0.size = "96x54" })
        var stage = try masked(drawnOn: "128x96")
        let zero = MonotonicTime(nanoseconds: 0)
        for packet in packets.prefix(100) { stage.append(packet, arrival: .epoch) }
        stage.take(event(.opens, at: 8, found: 8).finding, at: zero)
        stage.watch(wide)
        for packet in packets[100..<200] { stage.append(packet, arrival: .epoch) }
        stage.take(event(.closes, at: 19, found: 19).finding, at: zero)
        var told: [AlertDraft] = []
        stage.release(at: zero) { told.append($0.draft) }
        let clip = try #require(told.last?.evidence.media.first)
        #expect(try pictures(clip).count <= 100)
    }

    @Test(arguments: [("pass", true), ("withhold", false), ("encode", true)])
    func `the big stream is read where a clip can come of it, and nowhere else`(word: String, isRead: Bool) throws {
        let mask = "masks: [{name: m, privacy: true, polygon: [[0,0],[1,0],[1,1]]}]"
        let wish = word == "pass" ? "" : ", \(mask), evidence: {maskedClips: \(word)}"
        let text = "cameras: [{id: gate, source: rtsp://127.0.0.1/a, substream: rtsp://127.0.0.1/b\(wish)}]"
        let configuration = try ConfigurationReader.read(text: text, environment: [:])
        let plan = try #require(CameraPlan.all(of: configuration, evidence: SilentDesk()).first)
        let camera = LiveCamera(
            plan,
            channel: AlertChannel(),
            clock: SystemClock(),
            logger: Logger(label: "gate") { _ in SwiftLogNoOpLogHandler() }
        )
        #expect((camera.mainStream != nil) == isRead)
    }

    @Test func `the start has the first picture, the end the best one before it`() throws {
        let told = play(
            plan(),
            [
                event(.opens, at: 20, found: 21, picture: [1]), event(.continues, at: 25, found: 25, picture: [2]),
                event(.closes, at: 30, found: 32, picture: [3]),
            ]
        )
        let first = try #require(told[0].evidence.media.first)
        #expect(try file(first) == [1] && first.mediaType == "image/jpeg")
        #expect(told[1].evidence.media == [first])
        #expect(told[2].evidence.media.map(\.role) == [.snapshot, .snapshot, .clip])
        #expect(try file(told[2].evidence.media[0]) == [3])
    }

    @Test func `a sighting has its picture, and what is no alert has nothing`() {
        let told = play(
            plan(),
            [
                event(.single, at: 20, found: 21, kind: "plate", picture: [1]),
                event(.single, at: 20, found: 22, alert: 2, kind: "light", picture: [1]),
                event(.opens, at: 20, found: 22, alert: 3, kind: "camera", picture: [1]),
            ]
        )
        #expect(told.map(\.evidence.media.count) == [1, 0, 0])
        #expect(told[0].evidence.missing.isEmpty)
    }

    @Test func `a stream that comes back different goes on in a second file`() throws {
        let other = try ClipMaker.make("other.mp4", in: folder) {
            $0.size = "96x64"
            $0.frames = 100
        }
        let (later, otherParameters) = try Self.read(other)
        var stage = EvidenceStage(plan(), camera: SensorID(sanitising: "gate"), clock: .media(start: .epoch))
        let zero = MonotonicTime(nanoseconds: 0)
        var told: [AlertDraft] = []
        stage.open(parameters)
        for packet in packets.prefix(100) { stage.append(packet, arrival: .epoch) }
        stage.take(event(.opens, at: 8, found: 8).finding, at: zero)
        stage.open(parameters)
        for packet in packets[100..<120] { stage.append(packet, arrival: .epoch) }
        stage.open(otherParameters)
        for packet in later { stage.append(packet, arrival: .epoch) }
        stage.take(event(.closes, at: 9, found: 9).finding, at: zero)
        stage.endClips()
        stage.release(at: zero) { told.append($0.draft) }
        #expect(told.last?.evidence.media.map(\.name.last4) == ["mp4", "mp4"])
        #expect(try told.last?.evidence.media.map { try pictures($0).count } == [90, 100])
    }

    @Test func `a disk that does not answer holds nothing up for long`() {
        var stage = EvidenceStage(
            plan { $0.desk = SilentDesk() },
            camera: SensorID(sanitising: "gate"),
            clock: .media(start: .epoch)
        )
        var told: [AlertDraft] = []
        stage.open(parameters)
        for packet in packets.prefix(100) { stage.append(packet, arrival: .epoch) }
        stage.take(event(.opens, at: 9, found: 9, picture: [1]).finding, at: at(0))
        stage.take(event(.single, at: 9, found: 9, alert: 2, kind: "light").finding, at: at(0))
        stage.release(at: at(499)) { told.append($0.draft) }
        #expect(told.map(\.id) == ["2-single"])
        stage.release(at: at(500)) { told.append($0.draft) }
        #expect(told.last?.evidence.missing == [AlertEvidence.Missing(.snapshot, .diskSlow)])
        stage.take(event(.closes, at: 9.5, found: 9.5, picture: [1]).finding, at: at(1000))
        stage.release(at: at(8499)) { told.append($0.draft) }
        #expect(told.count == 2)
        stage.release(at: at(8500)) { told.append($0.draft) }
        #expect(told.last?.id == "1-closes")
        #expect(told.last?.evidence.missing.map(\.role) == [.snapshot, .snapshot, .clip])
        #expect(!stage.isWaiting)
    }

    @Test func `a desk that has too much to do gets no more of a clip, and the alert says so`() {
        let desk = SilentDesk(takes: 3)
        let told = play(plan { $0.desk = desk }, [event(.opens, at: 20, found: 21), event(.closes, at: 30, found: 32)])
        #expect(told[1].evidence.missing == [AlertEvidence.Missing(.clip, .diskSlow)])
    }

    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }
}

/// Takes a number of jobs, and does none of them.
private final class SilentDesk: EvidenceDesk {
    private let left: Locked

    private final class Locked: @unchecked Sendable {
        // Sound: a test's only thread.
        var count: Int
        init(_ count: Int) { self.count = count }
    }

    init(takes count: Int = .max) { left = Locked(count) }

    func submit(_ job: EvidenceJob) -> Bool {
        left.count -= 1
        return left.count >= 0
    }

    var isStalled: Bool { false }
}

extension String {
    fileprivate var last4: String { String(suffix(3)) }
}
