import NeuronCore

/// Guesses from the sizes of packets that something has begun to move, before a keyframe shows it.
///
/// Sizes rise and fall with the position in a group, so a group is divided into slots of media time from its keyframe on, and
/// each is compared with the same slot of groups that proved calm: how far the mean size of its packets lies above their
/// median, in units of their spread. Up to three slots in a row count together, since what moves goes on moving.
///
/// It guesses in silence until ``GuessTrust`` finds that it pays for this camera: the keyframe that follows a guess, or what is
/// decoded because of it, says whether it was right. Used to wake and never to stay asleep.
struct SizeHint: Sendable {
    private static let slotLength = TimeSpan.milliseconds(240)

    private var slots: [SlotHistory] = []
    private var trust = GuessTrust()
    private var current: Group?
    /// The group that the latest keyframe has ended.
    private var ended: Group?
    /// What was made of the group in which the camera was woken, until it is known whether something moved.
    private var pending: Verdict?

    private struct Verdict: Sendable {
        var isGuessed: Bool
        var peak: Float
        /// Whether the group goes on, and may yet stand out further.
        var isCurrent: Bool
    }

    /// Whether guesses are worth a wake.
    var isTrusted: Bool { trust.isTrusted }

    /// Takes the next packet, in decoding order.
    ///
    /// - Returns: whether something has begun, as far as this camera's sizes have proved to tell that.
    mutating func take(_ packet: PacketFacts) -> Bool {
        guard !packet.isKeyframe else {
            pending?.isCurrent = false
            ended = current
            current = Group(start: packet.time)
            return false
        }
        guard let slot = current?.add(packet), slot.index < slots.count,
            let score = slots[slot.index].score(slot.size), let sum = current?.sum(with: score)
        else { return false }
        if let peak = pending?.peak, pending?.isCurrent == true { pending?.peak = max(peak, sum) }
        guard let group = current, group.isCalm, !group.isGuessed, sum > trust.threshold else { return false }
        current?.isGuessed = true
        return trust.isTrusted
    }

    /// Takes that something was seen in the current group, or that nobody has looked at its keyframe alone: it is no example
    /// of calm.
    mutating func spoil() { current?.isCalm = false }

    /// Takes that the keyframe which ended the group before the current one showed nothing.
    mutating func learn() {
        guard let group = ended.take(), group.isCalm else { return }
        if group.peak != nil, !group.isRefuted { trust.noteCalm(isGuessed: group.isGuessed) }
        for index in group.sizes.indices where group.sizes[index] >= 0 {
            while slots.count <= index { slots.append(SlotHistory()) }
            slots[index].add(group.sizes[index])
        }
    }

    /// Takes that the keyframe which ended the group before the current one has woken the camera.
    mutating func hold() {
        pending = nil
        guard let group = ended.take(), group.isCalm, let peak = group.peak else { return }
        pending = Verdict(isGuessed: group.isGuessed, peak: peak, isCurrent: false)
    }

    /// Takes that its guess about the current group has woken the camera.
    mutating func holdGuess() {
        pending = current?.peak.map { Verdict(isGuessed: true, peak: $0, isCurrent: true) }
    }

    /// Takes that something moved after the camera was woken.
    mutating func prove() {
        guard let verdict = pending.take() else { return }
        trust.noteEvent(isGuessed: verdict.isGuessed, peak: verdict.peak)
    }

    /// Takes that nothing moved after a keyframe had woken the camera.
    mutating func drop() { pending = nil }

    /// Takes that nothing moved after a guess had woken the camera.
    mutating func refute() {
        pending = nil
        trust.noteCalm(isGuessed: true)
        if current?.isGuessed == true { current?.isRefuted = true }
    }

    /// The stream broke off, or goes on unobserved: what is known of the camera stays known.
    mutating func interrupt() { (current, ended, pending) = (nil, nil, nil) }

    /// The packets from a keyframe to the next.
    private struct Group: Sendable {
        /// The mean size of the packets in each slot that has ended, in bytes; negative where there were none.
        ///
        /// What comes after eleven seconds is not compared.
        var sizes: [48 of Float] = .init(repeating: -1)
        /// How far it has stood out at most; nil where it could not be compared.
        var peak: Float?
        var isCalm = true
        var isGuessed = false
        /// Whether a wake has shown that the guess was wrong, which has been counted.
        var isRefuted = false
        private let start: MediaTime
        private var index = 0
        private var bytes = 0
        private var count = 0
        /// The scores of the slots before, the latest first.
        private var recent: (Float, Float) = (-.infinity, -.infinity)

        init(start: MediaTime) { self.start = start }

        /// - Returns: the slot that has ended with this packet's coming, if any has, and the mean size in it.
        mutating func add(_ packet: PacketFacts) -> (index: Int, size: Float)? {
            let slot = Int((packet.time - start).nanoseconds / SizeHint.slotLength.nanoseconds)
            let (last, sum, packets) = (index, bytes, count)
            if slot > last { (index, bytes, count) = (slot, 0, 0) }
            bytes &+= max(packet.byteCount, 0)
            count += 1
            guard slot > last, packets > 0, last < sizes.count else { return nil }
            sizes[last] = Float(sum) / Float(packets)
            return (last, sizes[last])
        }

        /// Adds the score of a slot to those before it.
        ///
        /// - Returns: the largest sum of one, two or three scores in a row, each as rare among calm groups as one score.
        mutating func sum(with score: Float) -> Float {
            let two = (score + recent.0) * 0.707_106_8
            let three = (score + recent.0 + recent.1) * 0.577_350_3
            recent = (score, recent.0)
            let sum = max(score, two, three)
            peak = max(peak ?? sum, sum)
            return sum
        }
    }
}

/// The mean packet sizes of one slot in the last groups that proved calm.
private struct SlotHistory: Sendable {
    private static let fewest = 16
    private var sizes: [32 of Float] = .init(repeating: 0)
    private var count = 0
    private var next = 0
    private var median: Float = 0
    private var spread: Float = 0

    mutating func add(_ size: Float) {
        sizes[next] = size
        next = (next + 1) % 32
        count = min(count + 1, 32)
        median = Self.median(of: sizes, count)
        var distances = sizes
        for index in 0..<count { distances[index] = abs(sizes[index] - median) }
        // The deviation of a normal distribution, by its median; packets that are all alike are no reason to jump at a byte.
        spread = max(1.4826 * Self.median(of: distances, count), median / 20, 1)
    }

    /// How far a size lies above the median, in units of the spread; nil where too little is known.
    func score(_ size: Float) -> Float? { count < Self.fewest ? nil : (size - median) / spread }

    private static func median(of values: [32 of Float], _ count: Int) -> Float {
        var sorted = values
        for end in 1..<max(count, 1) {
            var index = end
            while index > 0, sorted[index - 1] > sorted[index] {
                (sorted[index - 1], sorted[index]) = (sorted[index], sorted[index - 1])
                index -= 1
            }
        }
        return sorted[count / 2]
    }
}
