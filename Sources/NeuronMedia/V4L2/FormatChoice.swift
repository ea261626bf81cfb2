package import NeuronCore

/// Which of a device's formats, sizes and rates is taken, and why; pure.
///
/// What is nearest to the wished size wins, among those what reaches the wished rate, and among those what costs least. A
/// size that comes fewer than five times a second is passed over, unless just that was asked for. What libv4l2 would have to
/// convert is taken only where nothing else fits.
package struct FormatChoice: Sendable, Hashable {
    package var format: CaptureFormat
    package var code: PixelCode
    package var isConverted: Bool
    package var size: FrameSize
    /// Frames per second to ask for; nil where the device does not say what it can.
    package var rate: Ratio?
    /// What differs from the wish, each a sentence.
    package var reasons: [String]

    /// Why nothing could be chosen, as a sentence.
    package struct Refusal: Error, Sendable, Hashable {
        package var reason: String
    }

    /// Fewer pictures a second than this miss what passes.
    private static let leastRate = 5.0

    /// Chooses.
    ///
    /// - Parameters:
    ///   - wish: what is asked for.
    ///   - offers: what the device has; for ranges of sizes, with the size that is nearest to the wish.
    /// - Throws: where none can be used, with a list of what there is.
    package init(of wish: CaptureWish, among offers: [CaptureOffer]) throws(Refusal) {
        let candidates = offers.flatMap { Candidate.all(in: $0, wish) }
        guard let best = candidates.min(by: { $0.rank(wish).precedes($1.rank(wish)) }) else {
            throw Self.refusal(wish, offers)
        }
        self.init(best, wish)
    }

    private init(_ candidate: Candidate, _ wish: CaptureWish) {
        format = candidate.format
        code = candidate.code
        isConverted = candidate.isConverted
        size = candidate.size
        rate = candidate.rate
        reasons = Self.reasons(candidate, wish)
    }

    private static func refusal(_ wish: CaptureWish, _ offers: [CaptureOffer]) -> Refusal {
        // Test devices have dozens.
        let codes = offers.map(\.code.description)
        let list = codes.prefix(16).joined(separator: ", ") + (codes.count > 16 ? " and \(codes.count - 16) more" : "")
        let found = codes.isEmpty ? "it offers none" : "it offers \(list)"
        guard let format = wish.format else {
            let known = CaptureFormat.allCases.flatMap(\.codes).map(\.description).joined(separator: ", ")
            return Refusal(reason: "it has none of the formats that are read (\(known)): \(found)")
        }
        let names = format.codes.map(\.description).joined(separator: " or ")
        return Refusal(reason: "it does not send \(format.rawValue) (\(names)): \(found)")
    }

    private static func reasons(_ candidate: Candidate, _ wish: CaptureWish) -> [String] {
        var reasons: [String] = []
        if let size = wish.size, size != candidate.size {
            reasons.append("\(size) is not offered; \(candidate.size) is nearest.")
        }
        if let wished = wish.framesPerSecond {
            if let rate = candidate.rate?.value, rate < wished {
                reasons.append("\(decimalText(wished)) pictures a second are not offered; \(decimalText(rate)) are.")
            } else if candidate.rate == nil {
                reasons.append("The device does not say how many pictures a second it sends.")
            }
        }
        if candidate.isConverted { reasons.append("libv4l2 makes \(candidate.code) of what the device sends.") }
        return reasons
    }
}

/// A format at a size at the rate that suits best.
private struct Candidate {
    var format: CaptureFormat
    var code: PixelCode
    var isConverted: Bool
    var size: FrameSize
    var rate: Ratio?

    static func all(in offer: CaptureOffer, _ wish: CaptureWish) -> [Candidate] {
        guard let format = CaptureFormat(offer.code), wish.format.map({ $0 == format }) ?? true else { return [] }
        return offer.sizes.filter { CodecContext.isBearable($0.size) }.map { size in
            Candidate(
                format: format,
                code: offer.code,
                isConverted: offer.isConverted,
                size: size.size,
                rate: size.rate(nearest: wish.framesPerSecond ?? CaptureWish.usualRate)
            )
        }
    }

    /// What counts, the most important first; less is better.
    struct Rank {
        var values: [Double]

        func precedes(_ other: Rank) -> Bool { values.lexicographicallyPrecedes(other.values) }
    }

    func rank(_ wish: CaptureWish) -> Rank {
        let wished = wish.framesPerSecond ?? CaptureWish.usualRate
        // A device that does not say gets the benefit of the doubt.
        let offered = rate?.value ?? wished
        let isTooSlow = wish.size == nil && offered < min(FormatChoice.tooSlow, wished)
        return Rank(values: [
            isConverted ? 1 : 0,
            isTooSlow ? 1 : 0,
            distance(from: wish.size ?? CaptureWish.usualSize),
            max(0, (wished - offered) / wished),
            Double(format.cost),
        ])
    }

    /// 0 for the size itself; less than what is wished is worse than more.
    private func distance(from wished: FrameSize) -> Double {
        if size == wished { return 0 }
        let area = Double(size.width) * Double(size.height) / (Double(wished.width) * Double(wished.height))
        let shape = Double(size.width) / Double(size.height) / (Double(wished.width) / Double(wished.height))
        let squeeze = max(shape, 1 / shape) - 1
        return 0.001 + (area >= 1 ? area - 1 : (1 / area - 1) * 1.5) + squeeze
    }
}

extension FormatChoice {
    fileprivate static var tooSlow: Double { leastRate }
}

extension CaptureOffer.Size {
    /// The lowest rate that is enough, else the highest; nil where none is known.
    fileprivate func rate(nearest wished: Double) -> Ratio? {
        guard let highest = rates.first, let lowest = rates.last else { return nil }
        let slack = wished * 0.999
        if isAnyRateBetween, highest.value >= slack, lowest.value < wished { return Ratio(framesPerSecond: wished) }
        return rates.last { $0.value >= slack } ?? highest
    }
}

extension Ratio {
    /// A rate of thousandths.
    init?(framesPerSecond: Double) {
        guard framesPerSecond.isFinite, framesPerSecond < 100_000 else { return nil }
        let thousandths = Int((framesPerSecond * 1000).rounded())
        guard thousandths % 1000 == 0 else {
            self.init(thousandths, 1000)
            return
        }
        self.init(thousandths / 1000, 1)
    }
}
