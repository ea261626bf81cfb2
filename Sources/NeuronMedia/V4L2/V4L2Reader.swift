import CFFmpeg
import CV4L2
import Glibc
import NeuronCore

/// Reads a V4L2 device as packets: a compressed picture each, or an uncompressed one.
struct V4L2Reader: ~Copyable {
    let facts: StreamFacts
    let parameters: DecoderParameters
    private var stream: V4L2Stream
    private let source: SourceAddress
    private let isIntraOnly: Bool
    private let interrupt: SourceInterrupt
    private let timeout: TimeSpan
    private let clock = SystemClock()
    /// Whether a lost or damaged picture makes those behind it wrong, up to a keyframe.
    private var isDoubtful = false

    /// Opens a device and starts its stream.
    ///
    /// - Parameters:
    ///   - source: a device's path.
    ///   - options: what is asked of it, and the deadlines.
    ///   - interrupt: stops this reader from any thread.
    /// - Throws: why there is no stream, in words that say what would be right.
    init(
        opening source: SourceAddress,
        options: SourceOptions,
        interrupt: SourceInterrupt
    ) throws(MediaError) {
        if interrupt.isStopped { throw .stopped(source) }
        let device = try V4L2Device(opening: source)
        try device.becomeCapture()
        let setup = try CaptureSetup(of: device, options.capture)
        let facts = setup.facts(of: device.identity)
        let parameters = try DecoderParameters(capturing: setup, interval: facts.nominalFrameInterval)
        let stream = try V4L2Stream(device, copier: setup.copier)
        self.facts = facts
        self.parameters = parameters
        self.stream = stream
        isIntraOnly = facts.isIntraOnly
        self.source = source
        self.interrupt = interrupt
        timeout = options.readTimeout
    }

    /// Pictures that the device lost on the way.
    var losses: Int { stream.tally.lost }
    /// Pictures that could not be used.
    var skippedErrors: Int { stream.tally.unusable }

    /// Reads the next picture.
    ///
    /// - Throws: `timedOut`, `interrupted`, or that the device is gone.
    mutating func next() throws(MediaError) -> PacketHandle {
        interrupt.arm(timeout)
        defer { interrupt.disarm() }
        let before = stream.tally.unusable
        while let capture = try stream.next(interrupt) {
            switch capture {
            case .unusable: isDoubtful = !isIntraOnly
            case .picture(let packet, let stamp, let missing):
                if missing > 0 { isDoubtful = !isIntraOnly }
                finish(packet, stamp)
                return packet
            }
        }
        if interrupt.isStopped { throw .stopped(source) }
        guard stream.tally.unusable == before else {
            throw .onlyDamage(source, stream.tally.description, limit: timeout)
        }
        throw .deadlinePassed(.reading, source, limit: timeout)
    }

    /// Gives a packet its time and its marks.
    private mutating func finish(_ packet: PacketHandle, _ stamp: CaptureStamp) {
        let time = stamp.time(arrivedAt: clock.monotonicNow()).nanoseconds
        packet.native.pointee.pts = time
        packet.native.pointee.dts = time
        if packet.isKeyframe { isDoubtful = false }
        if isDoubtful { packet.native.pointee.flags |= AV_PKT_FLAG_CORRUPT }
    }
}
