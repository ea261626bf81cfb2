import CFFmpeg
import Glibc
package import NeuronCore

/// An open clip or camera: compressed pictures with repaired times, one after another.
///
/// Lives on one thread, which it blocks; only its ``SourceInterrupt`` is for others. Every blocking call has a
/// deadline. Only the best video stream is read: attached pictures are passed over, and other streams are dropped in
/// the demuxer.
package struct MediaSource: ~Copyable {
    /// What the stream declared when it was opened.
    package let facts: StreamFacts
    /// What a decoder needs, on whatever thread it is made.
    package let decoderParameters: DecoderParameters

    private var reader: SourceReader
    private var timeline: PacketTimeline
    private var end: End?

    private enum End {
        case clip
        case failure(MediaError)
    }

    /// Opens a source and reads until its codec and picture size are known.
    ///
    /// - Parameters:
    ///   - source: a clip, an RTSP address, credentials included, or a V4L2 device.
    ///   - options: transport, deadlines, and what a device is asked for.
    ///   - interrupt: stops this source from any thread; belongs to this source until it is gone.
    ///   - firstTime: the time of the first picture, asked for when its packet has come: a stream that comes back goes on in its
    ///     old time line, and nobody knows before how long it will take.
    /// - Throws: `timedOut` or `interrupted` by our own flags, else the reason in FFmpeg's words.
    package init(
        opening source: SourceAddress,
        options: SourceOptions = SourceOptions(),
        interrupt: SourceInterrupt = SourceInterrupt(),
        firstTime: @escaping @Sendable () -> MediaTime = { .zero }
    ) throws(MediaError) {
        FFmpegRuntime.prepare()
        if source.kind == .video4Linux {
            try self.init(device: source, options, interrupt, firstTime)
        } else {
            try self.init(demuxing: source, options, interrupt, firstTime)
        }
    }

    private init(
        device source: SourceAddress,
        _ options: SourceOptions,
        _ interrupt: SourceInterrupt,
        _ firstTime: @escaping @Sendable () -> MediaTime
    ) throws(MediaError) {
        let device = try V4L2Reader(opening: source, options: options, interrupt: interrupt)
        let timeline = try PacketTimeline(
            device.facts,
            parameters: device.parameters,
            wrapBits: 64,
            isLive: true,
            longestGap: options.longestGap,
            firstTime: firstTime
        )
        facts = device.facts
        decoderParameters = device.parameters
        self.timeline = timeline
        reader = SourceReader(device)
    }

    private init(
        demuxing source: SourceAddress,
        _ options: SourceOptions,
        _ interrupt: SourceInterrupt,
        _ firstTime: @escaping @Sendable () -> MediaTime
    ) throws(MediaError) {
        if interrupt.isStopped { throw .stopped(source) }
        let plan = try OpeningPlan(for: source, options: options)
        let failure = { (status: Int32) in openingError(source, status, options, interrupt) }
        NameLookup.begin()
        interrupt.arm(options.openTimeout)
        defer { interrupt.disarm() }
        let context = try FormatContext(plan, interrupt: interrupt, failure: failure)
        let status = context.findStreams()
        guard status >= 0, !interrupt.shouldReturn else { throw failure(status) }
        let stream = try bestVideo(in: context, of: source)
        guard let facts = StreamFacts(stream, in: context) else { throw .noVideo(source) }
        let parameters = try DecoderParameters(
            copying: stream.pointee.codecpar,
            orientation: facts.orientation,
            nominalFrameInterval: facts.nominalFrameInterval
        )
        let timeline = try PacketTimeline(
            facts,
            parameters: parameters,
            wrapBits: Int(stream.pointee.pts_wrap_bits),
            isLive: source.kind != .clip,
            longestGap: options.longestGap,
            firstTime: firstTime
        )
        self.facts = facts
        decoderParameters = parameters
        self.timeline = timeline
        reader = SourceReader(
            PacketReader(
                context,
                stream: stream,
                source: source,
                timeout: options.readTimeout,
                interrupt: interrupt
            )
        )
    }

    /// What had to be left out or put right so far.
    package var statistics: PacketStatistics {
        var statistics = timeline.statistics
        statistics.skippedErrors = reader.skippedErrors
        statistics.losses = reader.losses
        return statistics
    }

    /// Reads the next compressed picture, in decoding order; the first is a keyframe.
    ///
    /// - Parameter waits: called for each packet that was read and is left out, since no keyframe has come yet.
    /// - Returns: nil at the end of a clip.
    /// - Throws: when the source cannot be read further; a camera's end is an error. Every later call throws the same.
    package mutating func nextPacket(_ waits: () -> Void = {}) throws(MediaError) -> CompressedPacket? {
        while true {
            if let packet = timeline.next() { return packet }
            switch end {
            case .clip: return nil
            case .failure(let error): throw error
            case nil:
                readOne()
                // What could not be read is no packet.
                if end == nil, timeline.isWaiting { waits() }
            }
        }
    }

    private mutating func readOne() {
        do throws(MediaError) {
            if let packet = try reader.next() { return timeline.add(packet) }
            end = .clip
        } catch {
            end = .failure(error)
        }
        timeline.finish()
    }
}

private func openingError(
    _ source: SourceAddress,
    _ status: Int32,
    _ options: SourceOptions,
    _ interrupt: SourceInterrupt
) -> MediaError {
    if interrupt.isStopped { return .stopped(source) }
    if NameLookup.hasFailed { return .unresolved(source) }
    if interrupt.hasTimedOut { return .deadlinePassed(.opening, source, limit: options.openTimeout) }
    // What avformat_open_input says of a container that is not on the list.
    if source.kind == .clip, status == nd_AVERROR(EINVAL) { return .containerNotSupported(source) }
    return .opening(source, status: status)
}

/// The largest video whose codec is decoded; the first of equals.
private func bestVideo(
    in context: borrowing FormatContext,
    of source: SourceAddress
) throws(MediaError) -> UnsafeMutablePointer<AVStream> {
    let videos = context.streams.filter {
        $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
            && $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    }
    guard let first = videos.first else { throw .noVideo(source) }
    var best: UnsafeMutablePointer<AVStream>?
    for video in videos where VideoCodecs.decoder(of: video.pointee.codecpar.pointee.codec_id) != nil {
        if best.map({ pixels(video) > pixels($0) }) ?? true { best = video }
    }
    guard let best else {
        throw .codec(
            VideoCodecs.name(of: first.pointee.codecpar.pointee.codec_id),
            reason: "it is not one of \(VideoCodecs.decoderNames.joined(separator: ", "))"
        )
    }
    return best
}

private func pixels(_ stream: UnsafeMutablePointer<AVStream>) -> Int64 {
    Int64(stream.pointee.codecpar.pointee.width) * Int64(stream.pointee.codecpar.pointee.height)
}
