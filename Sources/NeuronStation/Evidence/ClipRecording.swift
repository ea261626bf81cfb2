import NeuronCore
import NeuronMedia

/// Which packets belong to the clip of one alert: from the pre-roll to the post-roll, and no longer than a clip may be.
///
/// Goes by media time alone. Used by the camera's pipeline; what it hands over is written elsewhere.
struct ClipRecording {
    let name: String
    private let desk: any EvidenceDesk
    /// What is to be shown of the time behind the last motion is not known before the alert ends: so much is held back.
    private let lag: TimeSpan
    private var held: [CompressedPacket] = []
    private var heldBytes = 0
    /// What is held back beyond this is handed over, and shown behind the post-roll.
    private let mostHeldBytes: Int
    /// No packet after this.
    private var until: MediaTime
    private var isAlertOver = false
    private(set) var isCut = false
    private(set) var state = State.recording

    /// What a clip shows from its alert's beginning on, however long its pre-roll is.
    private static let shortest = TimeSpan.seconds(5)

    enum State {
        case recording
        /// All packets were handed over.
        case ended(EvidenceTicket)
        case failed(AlertEvidence.Reason)
    }

    /// Begins a clip with the packets of its pre-roll, the first a keyframe; without any it begins with the next keyframe.
    init(
        _ name: String,
        _ parameters: DecoderParameters,
        _ packets: [CompressedPacket],
        onset: MediaTime,
        plan: EvidencePlan
    ) {
        self.name = name
        desk = plan.clipDesk ?? plan.desk
        lag = plan.lag
        mostHeldBytes = plan.ringBytes
        // From where the pre-roll should begin: the keyframe before that may be far away.
        until = onset + max(plan.maxClip - plan.preRoll, Self.shortest)
        // In the middle of a burst, an onset may be found late.
        let (now, later) = Self.split(packets, at: until)
        isCut = !later.isEmpty
        if !desk.submit(.beginClip(name, parameters, now, masks: plan.masks)) { state = .failed(.diskSlow) }
        if isCut { end() }
    }

    /// Takes the stream's next packet.
    mutating func take(_ packet: CompressedPacket) {
        guard case .recording = state else { return }
        guard packet.facts.time <= until else {
            if !isAlertOver { isCut = true }
            return end()
        }
        held.append(packet)
        heldBytes += packet.byteCount
        let isFull = heldBytes > mostHeldBytes
        let ripe = packet.facts.time - (isAlertOver || isFull ? .zero : lag)
        handOver(through: ripe)
    }

    /// The alert is over: after the post-roll nothing more is needed.
    ///
    /// - Parameters:
    ///   - last: until when pictures are wanted.
    ///   - latest: how far the stream is.
    mutating func finish(at last: MediaTime, latest: MediaTime) {
        guard case .recording = state else { return }
        isAlertOver = true
        if last < until { until = last } else if latest > until { isCut = true }
        if latest >= until { end() } else { handOver(through: until) }
    }

    /// No more packets will come, or nobody waits for them.
    mutating func end() {
        guard case .recording = state else { return }
        handOver(through: until)
        forgetHeld()
        guard case .recording = state else { return }
        let ticket = EvidenceTicket()
        state = desk.submit(.endClip(name, ticket)) ? .ended(ticket) : .failed(.diskSlow)
    }

    /// The stream was opened anew.
    mutating func reopen(_ parameters: DecoderParameters) {
        guard case .recording = state else { return }
        handOver(through: until)
        _ = desk.submit(.reopened(name, parameters))
    }

    private mutating func handOver(through time: MediaTime) {
        let count = held.firstIndex { $0.facts.time > time } ?? held.count
        guard count > 0, case .recording = state else { return }
        let ripe = Array(held[..<count])
        held.removeFirst(count)
        heldBytes -= ripe.reduce(0) { $0 + $1.byteCount }
        if !desk.submit(.packets(name, ripe)) {
            _ = desk.submit(.abandonClip(name))
            forgetHeld()
            state = .failed(.diskSlow)
        }
    }

    private mutating func forgetHeld() {
        held = []
        heldBytes = 0
    }

    private static func split(
        _ packets: [CompressedPacket],
        at time: MediaTime
    ) -> (now: [CompressedPacket], later: ArraySlice<CompressedPacket>) {
        let count = packets.firstIndex { $0.facts.time > time } ?? packets.count
        return (Array(packets[..<count]), packets[count...])
    }
}
