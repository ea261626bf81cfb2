import NeuronCore
import NeuronEvidence
import NeuronIncidents
import NeuronMedia

/// Between what a camera's pipeline finds and those who are told: gives each alert its pictures and its clip.
///
/// Used by one thread at a time. An event that waits for a file is held back, and with it those of the same alert behind it, but for
/// a bounded time: then it is told without. Which pictures a clip has goes by media time alone.
struct EvidenceStage {
    private let plan: EvidencePlan
    private let camera: SensorID
    private var clock: PictureClock
    private var ring: PacketRing
    private var parameters: DecoderParameters?
    /// The stream on whose pictures masks are drawn, where that is another one.
    private var watched: DecoderParameters?
    /// Whether packets are kept for a pre-roll: only where a clip can come of them.
    private var keepsPackets = false
    private var latest: MediaTime?
    /// Alerts that are open, or whose end is not told yet.
    private var subjects: [String: Subject] = [:]
    private var waiting: [Waiting] = []

    /// An alert and what is known of its files.
    private struct Subject {
        var name: String
        var recording: Result<ClipRecording, Absence>
        /// Where its onset lay in both times; what comes later may lie elsewhere, in another session of the stream.
        var onset: Moment
        /// What its events carry so far.
        var pictures = AlertEvidence()
    }

    /// Why there is no clip from the beginning on; nil where none is wanted.
    private struct Absence: Error {
        var reason: AlertEvidence.Reason?
    }

    /// An event that is to be told.
    private struct Waiting {
        var finding: CameraPipeline.Finding
        var picture: EvidenceTicket?
        var isLast: Bool
        var hasWaited = false
        /// When the clip gets no more packets, whatever the camera sends.
        var lastPacketBy: MonotonicTime
        /// When it is told, whatever is there.
        var toldBy: MonotonicTime
    }

    init(_ plan: EvidencePlan, camera: SensorID, clock: PictureClock) {
        self.plan = plan
        self.camera = camera
        self.clock = clock
        ring = PacketRing(maxBytes: plan.ringBytes)
    }

    // MARK: The stream

    /// A stream begins.
    mutating func open(_ parameters: DecoderParameters) {
        if let known = self.parameters, !known.isSameStream(as: parameters) { ring.removeAll() }
        self.parameters = parameters
        clock.begin()
        keepsPackets = plan.makesClips && ClipWriter.takes(parameters)
        let masksFit = masksFit
        for id in subjects.keys { change(id) { if masksFit { $0.reopen(parameters) } else { $0.end() } } }
    }

    /// Another stream of the camera begins, which is watched instead of the one that clips are made of.
    mutating func watch(_ parameters: DecoderParameters) {
        watched = parameters
        if !masksFit { for id in subjects.keys { change(id) { $0.end() } } }
    }

    /// Of pictures of another shape nobody knows what part of the scene they show, and so where a mask belongs.
    private var masksFit: Bool { parameters.map { plan.masksFit($0, drawnOn: watched) } ?? true }

    /// The memory that the pre-roll takes.
    var keptBytes: Int { ring.byteCount }

    /// Takes the stream's next packet, before its picture is looked at.
    mutating func append(_ packet: CompressedPacket, arrival: CameraLink.Instant) {
        if packet.hasJumped { clock.begin() }
        clock.note(arrival, sent: packet.senderTime, of: packet.presentationTime)
        latest = packet.facts.time
        if keepsPackets {
            ring.append(packet)
            ring.forget(before: packet.facts.time - plan.preRoll - plan.latency)
        }
        for id in subjects.keys { change(id) { $0.take(packet) } }
    }

    /// Nothing more of the stream comes: clips end with what there is.
    mutating func endClips() {
        for id in subjects.keys where waiting.contains(where: { $0.isLast && $0.finding.draft.alertID == id }) {
            change(id) { $0.end() }
        }
    }

    // MARK: Alerts

    /// Takes an event; it is told by ``release(at:_:)``, at once where it waits for nothing.
    mutating func take(_ finding: CameraPipeline.Finding, at now: MonotonicTime) {
        let draft = finding.draft
        var entry = Waiting(
            finding: finding,
            isLast: draft.phase == .closes || draft.phase == .single,
            lastPacketBy: now + plan.postRoll + EvidencePlan.pictureWait,
            toldBy: now + EvidencePlan.pictureWait
        )
        if let kind = AlertKind(draft) {
            if draft.phase == .opens || draft.phase == .single { begin(draft, kind) }
            entry.picture = picture(finding)
            if draft.phase == .closes { finish(draft, &entry) }
        }
        waiting.append(entry)
    }

    /// Tells what waits for nothing any more, in the order in which it was found for each alert.
    mutating func release(at now: MonotonicTime, _ tell: (CameraPipeline.Finding) -> Void) {
        guard !waiting.isEmpty else { return }
        var held: Set<String> = []
        var rest: [Waiting] = []
        for var entry in waiting {
            let id = entry.finding.draft.alertID
            if !held.contains(id), settle(&entry, at: now) {
                tell(entry.finding)
            } else {
                held.insert(id)
                entry.hasWaited = true
                rest.append(entry)
            }
        }
        waiting = rest
    }

    /// Whether an event still waits.
    var isWaiting: Bool { !waiting.isEmpty }

    // MARK: An alert's beginning and end

    private mutating func begin(_ draft: AlertDraft, _ kind: AlertKind) {
        let id = draft.alertID
        let name = EvidenceName(camera: camera, alertID: id, onset: draft.time).stem
        _ = plan.desk.submit(.hold(alertID: id))
        let isEvent = draft.phase == .opens
        let onset = Moment(media: media(of: draft.time), wall: draft.time)
        let recording = isEvent ? record(name, from: onset.media) : .failure(Absence(reason: nil))
        subjects[id] = Subject(
            name: name,
            recording: recording,
            onset: onset,
            pictures: AlertEvidence(linkBase: plan.linkBase)
        )
    }

    private func record(_ name: String, from onset: MediaTime) -> Result<ClipRecording, Absence> {
        guard plan.makesClips, masksFit else { return .failure(Absence(reason: .masked)) }
        let open = subjects.values.count {
            if case .success(let clip) = $0.recording { clip.isRecording } else { false }
        }
        guard open < EvidencePlan.clipsAtOnce else { return .failure(Absence(reason: .tooMany)) }
        guard let parameters else { return .failure(Absence(reason: .noPictures)) }
        guard ClipWriter.takes(parameters) else { return .failure(Absence(reason: .codec)) }
        let packets = ring.gop(since: onset - plan.preRoll)
        return .success(ClipRecording(name, parameters, packets, onset: onset, plan: plan))
    }

    /// Has the picture written that came with an event; at the start and at the end of an alert.
    private func picture(_ finding: CameraPipeline.Finding) -> EvidenceTicket? {
        guard let bytes = finding.picture, let subject = subjects[finding.draft.alertID],
            finding.draft.phase != .continues
        else { return nil }
        let ending = finding.draft.phase == .closes ? "-best.jpg" : ".jpg"
        let ticket = EvidenceTicket()
        if !plan.desk.submit(.picture(bytes, name: subject.name + ending, ticket)) {
            _ = ticket.resolve(EvidenceOutcome(missing: .diskSlow))
        }
        return ticket
    }

    private mutating func finish(_ draft: AlertDraft, _ entry: inout Waiting) {
        let last = media(of: draft.time) + plan.postRoll
        let latest = latest ?? last
        change(draft.alertID) { $0.finish(at: last, latest: latest) }
        entry.toldBy =
            entry.lastPacketBy
            + (plan.passage == .encode ? EvidencePlan.paintedClipWait : EvidencePlan.clipWait)
    }

    // MARK: What waits

    /// Gives an event what there is; false where it waits on.
    private mutating func settle(_ entry: inout Waiting, at now: MonotonicTime) -> Bool {
        let id = entry.finding.draft.alertID
        guard let subject = subjects[id] else { return true }
        let isDue = now >= entry.toldBy
        if entry.isLast, now >= entry.lastPacketBy { change(id) { $0.end() } }
        let clip = entry.isLast ? clip(of: id, isDue: isDue) : .some(EvidenceOutcome())
        guard let clip, let picture = outcome(of: entry.picture, isDue: isDue) else { return false }
        var evidence = subject.pictures
        evidence.add(picture, .snapshot)
        subjects[id]?.pictures = evidence
        if entry.isLast {
            evidence.add(clip, .clip)
            evidence.span = span(of: clip, of: subject)
            subjects[id] = nil
            _ = plan.desk.submit(.release(alertID: id))
        }
        if !evidence.isEmpty { entry.finding.draft.evidence = evidence }
        if entry.hasWaited, let latest {
            entry.finding.foundAt = max(entry.finding.foundAt, clock.moment(of: latest).wall)
        }
        return true
    }

    private func outcome(of ticket: EvidenceTicket?, isDue: Bool) -> EvidenceOutcome? {
        guard let ticket else { return EvidenceOutcome() }
        if let outcome = ticket.outcome { return outcome }
        return isDue ? ticket.cancel() ?? EvidenceOutcome(missing: .diskSlow) : nil
    }

    private mutating func clip(of id: String, isDue: Bool) -> EvidenceOutcome? {
        switch subjects[id]?.recording {
        case nil: return EvidenceOutcome()
        case .failure(let absence): return EvidenceOutcome(missing: absence.reason)
        case .success(let recording):
            switch recording.state {
            case .recording: return nil
            case .failed(let reason): return EvidenceOutcome(missing: reason)
            case .ended(let ticket): return outcome(of: ticket, isDue: isDue)
            }
        }
    }

    private func span(of clip: EvidenceOutcome, of subject: Subject) -> AlertEvidence.Span? {
        guard !clip.media.isEmpty, let start = clip.start, let end = clip.end,
            case .success(let recording) = subject.recording
        else { return nil }
        return AlertEvidence.Span(
            start: subject.onset.wall + (start - subject.onset.media),
            end: clock.moment(of: end).wall,
            isCut: recording.isCut
        )
    }

    private mutating func change(_ id: String, _ body: (inout ClipRecording) -> Void) {
        guard case .success(var recording) = subjects[id]?.recording else { return }
        body(&recording)
        subjects[id]?.recording = .success(recording)
    }

    /// The media time of a civil time, by the latest packet.
    private func media(of time: WallTime) -> MediaTime {
        let reference = latest ?? .zero
        return reference - (clock.moment(of: reference).wall - time)
    }
}

extension ClipRecording {
    var isRecording: Bool { if case .recording = state { true } else { false } }
}

extension AlertEvidence {
    /// The better picture of the two comes first.
    fileprivate mutating func add(_ outcome: EvidenceOutcome, _ role: AlertMedia.Role) {
        media.insert(contentsOf: outcome.media, at: role == .snapshot ? 0 : media.count)
        if let reason = outcome.missing { missing.append(Missing(role, reason)) }
    }
}

/// Alerts of which there is evidence: what a picture shows.
private enum AlertKind {
    case motion, tamper, plate

    init?(_ draft: AlertDraft) {
        switch draft.type.split(separator: ".").dropFirst(2).first {
        case "motion": self = .motion
        case "tamper": self = .tamper
        case "plate": self = .plate
        default: return nil
        }
    }
}
