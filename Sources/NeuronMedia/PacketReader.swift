import CFFmpeg
import Glibc
import NeuronCore

/// Reads the compressed pictures of one stream of an open source, each within the deadline.
struct PacketReader: ~Copyable {
    let source: SourceAddress
    private let context: FormatContext
    private let streamIndex: Int
    private let codec: AVCodecID
    private let interrupt: SourceInterrupt
    private let timeout: TimeSpan
    private let loss: PacketLoss
    private var knownLosses = 0
    /// Of the packets to come, how many the last loss may have touched.
    private var doubtful = 0
    /// Damaged places of the container that were passed over.
    private(set) var skippedErrors = 0

    /// Without one good packet among this many, a clip is given up.
    private static let errorsInARow = 256

    init(
        _ context: consuming FormatContext,
        stream: UnsafeMutablePointer<AVStream>,
        source: SourceAddress,
        timeout: TimeSpan,
        interrupt: SourceInterrupt
    ) {
        streamIndex = Int(stream.pointee.index)
        codec = stream.pointee.codecpar.pointee.codec_id
        for other in context.streams where other != stream { other.pointee.discard = AVDISCARD_ALL }
        loss = PacketLoss(of: context.native)
        self.context = context
        self.source = source
        self.timeout = timeout
        self.interrupt = interrupt
    }

    /// Reads the next packet.
    ///
    /// - Returns: nil at the end of a clip.
    /// - Throws: `timedOut`, `interrupted`, or what kept the source from being read; the end of a camera's stream too.
    mutating func next() throws(MediaError) -> PacketHandle? {
        interrupt.arm(timeout)
        defer { interrupt.disarm() }
        var errors = 0
        while true {
            let packet = try PacketHandle()
            let status = av_read_frame(context.native, packet.native)
            if status >= 0, isWanted(packet) {
                try checkCodec()
                markLoss(packet)
                return packet
            }
            // Asked here too: a demuxer with much in its buffer can go on for long without asking.
            if interrupt.shouldReturn { throw interrupted() }
            if status >= 0 { continue }
            if status == nd_AVERROR_EOF, source.kind == .clip { return nil }
            errors += 1
            guard canSkip(status), errors < Self.errorsInARow else { throw .reading(source, status: status) }
            skippedErrors += 1
        }
    }

    private func canSkip(_ status: Int32) -> Bool {
        status == nd_AVERROR(EAGAIN) || source.kind == .clip && status == nd_AVERROR_INVALIDDATA
    }

    /// Turns off streams that appear while reading, as MPEG-TS allows.
    private func isWanted(_ packet: PacketHandle) -> Bool {
        let index = Int(packet.native.pointee.stream_index)
        if index != streamIndex, index < context.native.pointee.nb_streams {
            context.native.pointee.streams[index]?.pointee.discard = AVDISCARD_ALL
        }
        return index == streamIndex && packet.byteCount > 0
    }

    /// Gaps in the RTP sequence that were noticed.
    var losses: Int { loss.count }

    /// Marks what a loss may have damaged: the gap is noticed while the packet before it, or that itself, is completed.
    private mutating func markLoss(_ packet: PacketHandle) {
        if loss.count != knownLosses {
            knownLosses = loss.count
            doubtful = 2
        }
        guard doubtful > 0 else { return }
        doubtful -= 1
        packet.native.pointee.flags |= AV_PKT_FLAG_CORRUPT
    }

    private func checkCodec() throws(MediaError) {
        guard let now = context.native.pointee.streams[streamIndex]?.pointee.codecpar.pointee.codec_id, now != codec
        else { return }
        throw .codecChanged(source, from: VideoCodecs.name(of: codec), to: VideoCodecs.name(of: now))
    }

    private func interrupted() -> MediaError {
        interrupt.isStopped ? .stopped(source) : .deadlinePassed(.reading, source, limit: timeout)
    }
}
