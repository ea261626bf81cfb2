/// What the packets of a source are read from: FFmpeg's demuxer, or a V4L2 device.
struct SourceReader: ~Copyable {
    // One of the two is there.
    private var demuxer: PacketReader?
    private var device: V4L2Reader?

    init(_ demuxer: consuming PacketReader) {
        self.demuxer = consume demuxer
        device = nil
    }

    init(_ device: consuming V4L2Reader) {
        demuxer = nil
        self.device = consume device
    }

    /// Damaged places that were passed over.
    var skippedErrors: Int {
        switch demuxer {
        case .some(let demuxer): return demuxer.skippedErrors
        case nil: break
        }
        switch device {
        case .some(let device): return device.skippedErrors
        case nil: return 0
        }
    }

    /// Packets or pictures that were lost on the way.
    var losses: Int {
        switch demuxer {
        case .some(let demuxer): return demuxer.losses
        case nil: break
        }
        switch device {
        case .some(let device): return device.losses
        case nil: return 0
        }
    }

    /// Reads the next packet; nil at the end of a clip.
    mutating func next() throws(MediaError) -> PacketHandle? {
        if let packet = try device?.next() { return packet }
        return try demuxer?.next() ?? nil
    }
}
