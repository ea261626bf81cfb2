import NeuronCore

/// What ``SourceProbe`` found: `neurond probe --json` prints it as it is.
package struct SourceReport: Sendable, Hashable, Codable {
    /// Without its password.
    package var source: String
    package var container: String
    package var codec: String
    package var profile: String?
    package var width: Int
    package var height: Int
    /// How the picture must be turned to be displayed: 0, 90, 180 or 270 degrees clockwise.
    package var rotation: Int
    package var pixelFormat: String?
    package var hasAudio: Bool
    package var durationSeconds: Double?
    package var declaredFrameRate: Double?
    package var measuredFrameRate: Double?
    package var declaredBitRate: Int?
    /// Bits per second of the video alone.
    package var measuredBitRate: Int?
    /// Packets from a keyframe to the next, on average; nil if fewer than two came.
    package var groupPackets: Double?
    package var groupSeconds: Double?
    package var packets = 0
    package var frames = 0
    /// Each size that frames had, in the order of coming.
    package var sizes: [String] = []
    package var clock = Clock()
    package var skippedErrors = 0
    /// Gaps in the RTP sequence, or pictures that a device lost.
    package var losses = 0
    package var decoder = DecoderStatistics()
    /// Which decoder it was, and why.
    package var decoding: DecoderReport
    /// What a device was set to that is other than was asked for.
    package var remarks: [String]?
    /// Why the look ended before its time.
    package var problem: String?

    /// What the time stamps are worth.
    package struct Clock: Sendable, Hashable, Codable {
        package var repairs = TimestampRepair.Counts()
        /// Packets whose times had to be counted.
        package var unstampedPackets = 0
        /// Whether the camera tells its wall clock by RTCP.
        package var hasSenderReports = false

        /// Nothing wrong so far.
        package init() {}

        /// Whether every packet had a stamp that could be used as it was.
        package var isSound: Bool { repairs == TimestampRepair.Counts() && unstampedPackets == 0 }
    }

    init(_ address: SourceAddress, _ facts: StreamFacts, _ decoding: DecoderReport) {
        self.decoding = decoding
        source = address.description
        container = facts.containerName
        codec = facts.codecName
        profile = facts.profile
        width = facts.size.width
        height = facts.size.height
        rotation = facts.orientation.clockwiseDegrees
        pixelFormat = facts.pixelFormat
        hasAudio = facts.hasAudio
        durationSeconds = facts.durationSeconds
        declaredFrameRate = facts.averageFrameRate?.value
        declaredBitRate = facts.bitRate
        remarks = facts.remarks.isEmpty ? nil : facts.remarks
    }

    mutating func note(_ frame: borrowing DecodedFrame) {
        frames += 1
        let size = frame.storedSize.description
        if sizes.last != size { sizes.append(size) }
    }

    /// The report for people: a line per fact.
    package var text: String {
        [
            ("source", source),
            ("container", container),
            ("video", "\(codec)\(profile.map { " (\($0))" } ?? ""), \(pixelFormat ?? "unknown pixels")"),
            ("picture", "\(width)x\(height)" + (rotation == 0 ? "" : ", shown turned by \(rotation) degrees")),
            ("sizes seen", sizes.count > 1 ? sizes.joined(separator: ", ") : nil),
            ("audio", hasAudio ? "yes, not read" : "none"),
            ("duration", durationSeconds.map { "\(decimalText($0)) s" }),
            ("frame rate", pair(declaredFrameRate.map(decimalText), measuredFrameRate.map(decimalText), "fps")),
            ("bit rate", pair(declaredBitRate.map(kilobits), measuredBitRate.map(kilobits), "kbit/s")),
            ("keyframes", groupText),
            ("clock", clock.text),
            ("lost", losses > 0 ? lossText : nil),
            ("decoded", decoderText),
            ("decoder", decoding.text),
            ("remarks", remarks?.joined(separator: " ")),
            ("problem", problem),
        ]
        .compactMap { name, value in value.map { padded(name) + $0 + "\n" } }
        .joined()
    }

    private var groupText: String {
        guard let groupPackets, let groupSeconds else { return "fewer than two in \(packets) packets" }
        return "one in \(decimalText(groupPackets)) packets, every \(decimalText(groupSeconds)) s"
    }

    private var lossText: String {
        container == "v4l2" ? "\(losses) pictures on the way" : "packets on the way, \(losses) times"
    }

    private var decoderText: String {
        "\(frames) frames of \(packets) packets" + (decoder.faults == 0 ? "" : ", \(decoder.faults) faults")
    }
}

extension SourceReport.Clock {
    fileprivate var text: String {
        let faults = [
            (unstampedPackets + repairs.missing, "without a stamp"), (repairs.jumps, "jumps"),
            (repairs.duplicates, "equal stamps"), (repairs.wraps, "wraps"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let stamps = faults.isEmpty ? "every packet stamped and in order" : faults.joined(separator: ", ")
        return stamps + (hasSenderReports ? "; sender reports" : "")
    }
}

extension PictureOrientation {
    fileprivate var clockwiseDegrees: Int {
        switch self {
        case .upright: 0
        case .clockwise: 90
        case .upsideDown: 180
        case .counterClockwise: 270
        }
    }
}

private func pair(_ declared: String?, _ measured: String?, _ unit: String) -> String? {
    switch (declared, measured) {
    case (let declared?, let measured?): "\(measured) \(unit), declared \(declared)"
    case (let declared?, nil): "declared \(declared) \(unit)"
    case (nil, let measured?): "\(measured) \(unit)"
    case (nil, nil): nil
    }
}

private func padded(_ name: String) -> String { name + String(repeating: " ", count: max(1, 12 - name.count)) }

/// Two decimals at most, without a locale: `24.98`, `25`.
func decimalText(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    guard hundredths % 100 != 0 else { return String(hundredths / 100) }
    let fraction = String(abs(hundredths) % 100 + 100).dropFirst()
    return "\(hundredths / 100).\(fraction.hasSuffix("0") ? fraction.dropLast() : fraction)"
}

private func kilobits(_ bitsPerSecond: Int) -> String { decimalText(Double(bitsPerSecond) / 1000) }
