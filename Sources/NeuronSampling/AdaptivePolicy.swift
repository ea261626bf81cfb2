import NeuronCore

/// Sampling that pays for what happens: keyframes while nothing does, every picture while something does.
///
/// It dozes and it follows. Dozing, only keyframes are decoded, each alone, and looked at as a trial. Where a trial shows
/// something, the packets since the last look are decoded from the ring, so that an incident begins at its true picture and
/// a false wake costs one group of pictures; then it follows, until the scene has been calm. Where wakes are in vain time
/// after time, what is suspicious gets a glance at what follows, and no more before it moves. Where the light alone has
/// become another, or the picture may be frozen, it follows for a glance and does not go back. Where packet sizes have proved to
/// tell that something begins, they wake it before the next keyframe does. Now and then a group is decoded
/// although its keyframes showed nothing. Nothing is ever left unseen for longer than `maxBlind`: where keyframes lie
/// farther apart, or fail to come, it follows.
struct AdaptivePolicy: Sendable {
    /// How a camera dozes.
    struct Settings: Sendable, Hashable {
        /// For how long nothing may be looked at.
        var maxBlind: TimeSpan
        /// What the packet ring holds: what it does not hold cannot be caught up with.
        var ringBytes: Int
        /// What sets its audits apart from those of a camera that sees the same.
        var auditSeed: UInt64 = 0
    }

    /// What is going on.
    private enum State: Sendable {
        /// Everything is decoded since a time.
        case following(since: MediaTime)
        case dozing
    }

    /// A new scene is followed until the detector knows how much it varies.
    private static let warmUp = TimeSpan.milliseconds(2500)
    /// The same for a scene in which much comes and goes, as in rain.
    private static let restlessWarmUp = TimeSpan.seconds(6)
    /// For how long nothing may be busy before it dozes off.
    private static let calm = TimeSpan.seconds(1)
    /// What may yet prove to move gets this long to do so.
    private static let patience = TimeSpan.milliseconds(1500)
    /// Who wants a glance gets this long to find out more.
    private static let glance = TimeSpan.milliseconds(600)
    /// After so many vain wakes, each at most this long after the one before, what is suspicious gets a glance only.
    private static let mostVainWakes = 3
    private static let vainMemory = TimeSpan.seconds(20)
    /// What can be decoded alone is looked at no more often than this while it dozes.
    private static let pictureInterval = TimeSpan.milliseconds(500)

    let settings: Settings
    private var state: State?
    private var groups = GroupMeter()
    private var audits: AuditSchedule
    private var hint = SizeHint()
    /// The last look before packet sizes have woken it, until it is known whether they were right.
    private var lookBeforeGuess: MediaTime?
    /// Whether packets before the next keyframe are missing: there is no whole group to audit.
    private var lacksGroup = false
    /// The last look before an audit, until what it shows is known.
    private var lookBeforeAudit: MediaTime?
    private var firstTime: MediaTime?
    private var wasRestless = false
    private var lastLook: MediaTime?
    private var lastBusy: MediaTime?
    private var lastSuspicious: MediaTime?
    private var lastWish: MediaTime?
    private var lastWake: MediaTime?
    /// Whether the last wake has yet to be counted: what else ends a doze is none.
    private var isWakeOpen = false
    /// Wakes in a row that were for something suspicious and showed nothing that moves.
    private var vainWakes = 0

    init(_ settings: Settings) {
        self.settings = settings
        audits = AuditSchedule(seed: settings.auditSeed)
    }

    /// Whether packets are being left out.
    var isDozing: Bool {
        if case .dozing = state { true } else { false }
    }

    /// Decides about the next packet, in decoding order.
    mutating func decide(_ packet: PacketFacts) -> PacketDecision {
        groups.note(packet)
        noteAudit()
        let isGuess = !packet.isIntraOnly && hint.take(packet)
        let now = packet.time
        switch state {
        case nil:
            firstTime = now
            audits.begin(packet)
            state = .following(since: now)
            hint.spoil()
            return .decode
        case .following(let since):
            // What is inside the decoder is needed up to the end of its group; a keyframe needs nothing.
            guard mayDoze(since: since, at: packet) else {
                if packet.isKeyframe { hint.spoil() }
                return .decode
            }
            noteDoze()
            state = .dozing
            return decideDozing(packet, isGuess: isGuess)
        case .dozing:
            return decideDozing(packet, isGuess: isGuess)
        }
    }

    /// Takes a packet that somebody else decides about: how far apart keyframes lie is known when it is asked again.
    mutating func pass(_ packet: PacketFacts) {
        groups.note(packet)
        hint.interrupt()
    }

    /// Takes that packets are missing here that somebody left out: what lies between two keyframes is none of the camera's groups.
    mutating func noteGap() {
        groups.skip()
        hint.interrupt()
        lacksGroup = true
    }

    /// Begins another stream of the same camera: the scene is as good as new, audits come when they would have come, and packet
    /// sizes tell what they told.
    mutating func restart() {
        let (audits, hint) = (audits, hint)
        self = AdaptivePolicy(settings)
        (self.audits, self.hint) = (audits, hint)
        self.hint.interrupt()
    }

    /// Takes what a trial showed, and says what becomes of it.
    mutating func judge(_ look: Look) -> TrialVerdict {
        defer { lacksGroup = false }
        guard look.isWorthMore else {
            let gap = lastLook.map { look.time - $0 } ?? .zero
            if !lacksGroup, audits.isDue(after: min(max(gap, .zero), longestSilence)) {
                lookBeforeAudit = lastLook
                return .audit
            }
            hint.learn()
            return .keep
        }
        hint.hold()
        state = .following(since: look.time)
        if let lastWake, look.time - lastWake >= Self.vainMemory { vainWakes = 0 }
        lastWake = look.time
        isWakeOpen = true
        return look.isBusy || !isVain ? .wake : .keep
    }

    /// Takes what a picture showed; one in which something moves, or that wants a glance at those behind it, ends the doze.
    mutating func note(_ look: Look) {
        lastLook = look.time
        if look.isRestless { wasRestless = true }
        if look.isBusy { lastBusy = look.time }
        if look.isSuspicious { lastSuspicious = look.time }
        if look.isWorthMore { hint.spoil() }
        if look.wantsGlance { lastWish = look.time }
        if isDozing, look.isBusy || look.wantsGlance { state = .following(since: look.time) }
    }

    /// Whether a scene has fooled it several times in a row: a swaying mast, a clock, a lamp.
    private var isVain: Bool { vainWakes >= Self.mostVainWakes }

    /// Counts whether the wake that ends now has shown anything.
    private mutating func noteDoze() {
        if let look = lookBeforeGuess.take() {
            let isProven = lastBusy.map { $0 > look } ?? false
            if isProven { hint.prove() } else { hint.refute() }
        }
        guard isWakeOpen, let lastWake else { return }
        isWakeOpen = false
        let isProven = lastBusy.map { $0 >= lastWake } ?? false
        if isProven { hint.prove() } else { hint.drop() }
        vainWakes = isProven ? 0 : min(vainWakes + 1, Self.mostVainWakes)
    }

    /// Takes what an audit has shown, when its group has been decoded.
    private mutating func noteAudit() {
        guard let look = lookBeforeAudit.take() else { return }
        guard let lastBusy, lastBusy > look else { return hint.learn() }
        hint.hold()
        hint.prove()
    }

    private mutating func decideDozing(_ packet: PacketFacts, isGuess: Bool) -> PacketDecision {
        let silence = lastLook.map { packet.time - $0 } ?? settings.maxBlind
        let isDue = silence >= Self.pictureInterval - TimeSpan.milliseconds(20)
        if packet.isIntraOnly { return isDue ? .tryAlone : .leave }
        if packet.isKeyframe, isDue { return .tryAlone }
        guard silence > longestSilence || !groups.fit(settings.ringBytes) else {
            return isGuess ? follow(guessAt: packet.time) : .leave
        }
        state = .following(since: packet.time)
        return .catchUp
    }

    /// Looks at what packet sizes have told of, and for a glance at what follows.
    private mutating func follow(guessAt time: MediaTime) -> PacketDecision {
        hint.holdGuess()
        state = .following(since: time)
        lastWish = time
        lookBeforeGuess = lastLook
        return .checkGuess
    }

    /// A camera whose keyframes come every two seconds sends one a little late now and then.
    private var longestSilence: TimeSpan {
        settings.maxBlind + TimeSpan(nanoseconds: settings.maxBlind.nanoseconds / 10)
    }

    private func mayDoze(since: MediaTime, at packet: PacketFacts) -> Bool {
        let now = packet.time
        let warmUp = wasRestless ? Self.restlessWarmUp : Self.warmUp
        guard let firstTime, let lastLook, now - firstTime >= warmUp, now - lastLook < settings.maxBlind else {
            return false
        }
        guard lastBusy.map({ now - $0 >= Self.calm }) ?? true else { return false }
        guard lastWish.map({ now - $0 >= Self.glance }) ?? true else { return false }
        // What has been suspicious for a while without ever moving will not begin to because it is looked at.
        let doubt = max(since, lastBusy ?? since)
        let isClear = lastSuspicious.map { now - $0 >= Self.calm } ?? true
        guard isClear || now - doubt >= (isVain ? Self.glance : Self.patience) else { return false }
        return packet.isIntraOnly || (groups.fit(settings.ringBytes) && groups.longest <= longestSilence)
    }
}

/// How far apart keyframes lie, and how many bytes lie between them.
private struct GroupMeter: Sendable {
    private var lengths: [4 of TimeSpan] = .init(repeating: .zero)
    private var count = 0
    private var start: MediaTime?
    private var now = MediaTime.zero
    private var bytes = 0
    private var lastBytes = 0

    mutating func note(_ packet: PacketFacts) {
        now = packet.time
        if packet.isKeyframe {
            if let start { lengths[count % 4] = packet.time - start }
            if start != nil { count += 1 }
            start = packet.time
            lastBytes = bytes
            bytes = 0
        }
        bytes += packet.byteCount
    }

    /// Packets are missing here: where this group ends is not known.
    mutating func skip() { (start, bytes) = (nil, 0) }

    /// The longest of the last four groups and of the one that is being received; for ever before the second keyframe.
    var longest: TimeSpan {
        guard let start, count > 0 else { return TimeSpan(nanoseconds: .max) }
        var longest = now - start
        for index in 0..<min(count, 4) { longest = max(longest, lengths[index]) }
        return longest
    }

    /// Whether two groups of the larger size that is known, and a quarter more, have room in so many bytes.
    func fit(_ room: Int) -> Bool { max(lastBytes, bytes) / 2 * 5 <= room }
}
