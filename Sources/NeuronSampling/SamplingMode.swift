package import NeuronCore

/// Which pictures of a camera are decoded and looked at.
package enum SamplingMode: Sendable, Hashable, CustomStringConvertible {
    /// Every picture.
    case always
    /// One picture per interval; everything is decoded that such a picture needs.
    case interval(TimeSpan)
    /// Pictures that can be decoded alone, and no others.
    case keyframes
    /// Keyframes while nothing happens, every picture while something does; nothing is left unseen for longer than
    /// `maxBlind`, and at most `ringBytes` of packets are kept to catch up with.
    case adaptive(maxBlind: TimeSpan, ringBytes: Int)

    /// The adaptive mode as it is without any setting.
    package static let adaptive = SamplingMode.adaptive(maxBlind: .seconds(2), ringBytes: 8 << 20)

    /// The mode as the command line writes it: `auto` (the adaptive one), `always`, `keyframes`, `fps:5` or `fps: 5`.
    ///
    /// Nil for anything else; a rate is a number from 0.1 to 120, as in a configuration.
    package init?(_ text: String) {
        switch text {
        case "auto": self = .adaptive
        case "always": self = .always
        case "keyframes": self = .keyframes
        default:
            guard text.hasPrefix("fps:"), let rate = Double(text.dropFirst(4).drop { $0 == " " }) else { return nil }
            self.init(picturesPerSecond: rate)
        }
    }

    /// The mode that looks at a number of pictures per second; nil for a rate outside 0.1 to 120.
    package init?(picturesPerSecond rate: Double) {
        guard (0.1...120).contains(rate) else { return nil }
        self = .interval(TimeSpan(nanoseconds: Int64((1e9 / rate).rounded())))
    }

    package var description: String {
        switch self {
        case .always: "always"
        case .keyframes: "keyframes"
        case .adaptive: "auto"
        case .interval(let interval): "fps:\((1000 / interval.seconds).rounded() / 1000)"
        }
    }
}
