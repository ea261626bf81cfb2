package import NeuronCore

/// Looks at a source for a few seconds and measures what it really sends.
package struct SourceProbe: ~Copyable {
    private var source: MediaSource
    private var decoder: VideoDecoder
    private let length: TimeSpan
    private var report: SourceReport
    private var times: [MediaTime] = []
    private var keyframes: [(index: Int, time: MediaTime)] = []
    private var byteCount = 0

    /// More is never needed to know a stream.
    private static let mostPackets = 20_000

    /// Opens a source, reads it for a while, and decodes what comes.
    ///
    /// Blocks for up to three times `length` at a camera, which is how long a second keyframe is waited for.
    /// - Parameters:
    ///   - address: a clip or an RTSP address.
    ///   - options: transport and deadlines.
    ///   - interrupt: stops it from another thread.
    ///   - choice: which decoder is tried.
    ///   - length: how much of the stream to look at.
    /// - Returns: what was declared and what was measured.
    /// - Throws: why the source cannot be opened, or gave not a single packet.
    package static func look(
        at address: SourceAddress,
        options: SourceOptions = SourceOptions(),
        interrupt: SourceInterrupt = SourceInterrupt(),
        decoder choice: DecoderChoice = .software,
        length: TimeSpan = .seconds(5)
    ) throws(MediaError) -> SourceReport {
        var options = options
        options.asksForAudio = true
        let source = try MediaSource(opening: address, options: options, interrupt: interrupt)
        let decoder = try VideoDecoder(for: source.decoderParameters, by: choice)
        let report = SourceReport(address, source.facts, decoder.report)
        var probe = SourceProbe(source: source, decoder: decoder, length: length, report: report)
        try probe.readAll()
        return probe.conclusion()
    }

    private init(
        source: consuming MediaSource,
        decoder: consuming VideoDecoder,
        length: TimeSpan,
        report: SourceReport
    ) {
        self.source = source
        self.decoder = decoder
        self.length = length
        self.report = report
    }

    private mutating func readAll() throws(MediaError) {
        do throws(MediaError) {
            while !isDone, let packet = try source.nextPacket() { try take(packet) }
            try decoder.finish { report.note($0) }
        } catch {
            if times.isEmpty { throw error }
            report.problem = error.message
        }
    }

    private var isDone: Bool {
        guard let first = times.first, let last = times.last else { return false }
        if times.count >= Self.mostPackets || last - first >= length * 3 { return true }
        return last - first >= length && keyframes.count > 1
    }

    private mutating func take(_ packet: CompressedPacket) throws(MediaError) {
        if packet.facts.isKeyframe { keyframes.append((times.count, packet.presentationTime)) }
        times.append(packet.facts.time)
        byteCount += packet.byteCount
        if packet.senderTime != nil { report.clock.hasSenderReports = true }
        try decoder.decode(packet) { report.note($0) }
    }

    private mutating func conclusion() -> SourceReport {
        report.packets = times.count
        report.decoder = decoder.statistics
        report.decoding = decoder.report
        report.clock.repairs = source.statistics.repairs
        report.clock.unstampedPackets = source.statistics.unstamped
        report.losses = source.statistics.losses
        report.skippedErrors = source.statistics.skippedErrors
        if let first = times.first, let last = times.last, last > first {
            let steps = times.count - 1
            let span = (last - first).seconds
            report.measuredFrameRate = Double(steps) / span
            // The last packet's own length is not in the span.
            report.measuredBitRate = Int(min(1e15, Double(byteCount) * 8 / (span * Double(steps + 1) / Double(steps))))
        }
        if let first = keyframes.first, let last = keyframes.last, keyframes.count > 1 {
            let groups = Double(keyframes.count - 1)
            report.groupPackets = Double(last.index - first.index) / groups
            report.groupSeconds = (last.time - first.time).seconds / groups
        }
        return report
    }
}
