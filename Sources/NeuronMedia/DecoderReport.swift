/// Which decoder a stream has, and why it is not the one that was asked for.
package struct DecoderReport: Sendable, Hashable, Codable {
    package var wanted: DecoderChoice.Kind
    /// Never `auto`.
    package var used: DecoderChoice.Kind
    /// FFmpeg's name of the decoder: `h264`, `h264_v4l2m2m`.
    package var name: String
    /// Why software decodes although hardware was asked for, as a sentence; nil where all is as wanted.
    package var reason: String?

    init(wanted: DecoderChoice.Kind, used: DecoderChoice.Kind = .software, name: String) {
        self.wanted = wanted
        self.used = used
        self.name = name
    }

    /// Whether hardware was asked for by name, or allowed, and software decodes.
    package var hasFallenBack: Bool { wanted != .software && used == .software }

    /// For people: `software (h264); wanted was vaapi: …`.
    package var text: String {
        "\(used.rawValue) (\(name))" + (reason.map { "; wanted was \(wanted.rawValue): \($0)" } ?? "")
    }

    mutating func fallBack(to name: String, because reason: String) {
        used = .software
        self.name = name
        self.reason = reason
    }
}
