import NeuronCore

@testable import NeuronSampling

/// A camera of 25 pictures a second, and a scene: plays the one against a policy and writes down what it decided.
struct PolicyShow {
    var policy = AdaptivePolicy(AdaptivePolicy.Settings(maxBlind: .seconds(2), ringBytes: 1 << 20))
    /// Pictures from keyframe to keyframe.
    var group = 50
    var bytes = 1000
    /// The bytes of a packet, by its number and whether something moves in it; nil where all have the same.
    var sizes: ((Int, Bool) -> Int)?
    /// Whether a packet begins a group, by its number; nil where they are all of one length.
    var keyframes: ((Int) -> Bool)?
    /// Whether a packet is lost on the way, by its number.
    var losses: ((Int) -> Bool)?
    var isIntraOnly = false
    /// Seconds in which something moves.
    var events: [ClosedRange<Double>] = []
    /// Seconds in which something is suspicious and never moves.
    var doubts: [ClosedRange<Double>] = []
    /// Seconds at which the light becomes another.
    var steps: Set<Int> = []
    /// Keyframes that are lost on the way, by their number.
    var lost: Set<Int> = []
    var decisions: [PacketDecision] = []
    var looks: [Double] = []
    /// When groups were audited.
    var audits: [Double] = []
    /// When packet sizes have woken it.
    var guesses: [Double] = []
    /// How many packets went through the decoder.
    var decoded = 0

    /// In which pictures something moves.
    var moving: [Bool] = []

    mutating func play(seconds: Int) {
        moving = (0..<seconds * 25).map { _ in false }
        for event in events {
            let (first, last) = (Int((event.lowerBound * 25).rounded(.up)), Int(event.upperBound * 25))
            for index in first...max(first, last) where index < moving.count { moving[index] = true }
        }
        for index in decisions.count..<seconds * 25 { take(index) }
    }

    private mutating func take(_ index: Int) {
        if losses?(index) == true { return decisions.append(.leave) }
        let isKeyframe = keyframes?(index) ?? (index % group == 0 && !lost.contains(index / group))
        let packet = PacketFacts(
            time: time(index),
            isKeyframe: isKeyframe || isIntraOnly,
            byteCount: sizes?(index, moves(index)) ?? bytes,
            isIntraOnly: isIntraOnly
        )
        let decision = policy.decide(packet)
        decisions.append(decision)
        switch decision {
        case .leave: break
        case .decode, .decodeAlone: look(at: index...index)
        case .tryAlone:
            decoded += 1
            switch policy.judge(sight(index)) {
            case .keep:
                policy.note(sight(index))
                looks.append(Double(index) / 25)
            case .wake: catchUp(to: index)
            case .audit:
                audits.append(Double(index) / 25)
                catchUp(to: index)
            }
        case .catchUp: catchUp(to: index)
        case .checkGuess:
            guesses.append(Double(index) / 25)
            catchUp(to: index)
        }
    }

    private mutating func catchUp(to index: Int) {
        let first = looks.last.map { Int(($0 * 25).rounded()) + 1 } ?? 0
        decoded += first % group
        look(at: first...max(first, index))
    }

    private mutating func look(at pictures: ClosedRange<Int>) {
        for index in pictures {
            decoded += 1
            policy.note(sight(index))
            looks.append(Double(index) / 25)
        }
    }

    private func time(_ index: Int) -> MediaTime { .zero + .milliseconds(Int64(index) * 40) }

    private func moves(_ index: Int) -> Bool { index < moving.count && moving[index] }

    private func sight(_ index: Int) -> Look {
        let second = Double(index) / 25
        return Look(
            time: time(index),
            isBusy: moves(index),
            isSuspicious: (events + doubts).contains { $0.contains(second) },
            wantsGlance: index % 25 == 0 && steps.contains(index / 25)
        )
    }

    /// The longest time without a look.
    var longestGap: Double { zip(looks, looks.dropFirst()).map { $1 - $0 }.max() ?? .infinity }

    /// The part of the packets between two seconds that was decoded in order or alone as they came.
    func share(from start: Int, to end: Int) -> Double {
        let window = decisions[start * 25..<end * 25]
        return Double(window.filter { $0 != .leave }.count) / Double(window.count)
    }
}
