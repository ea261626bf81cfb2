import NeuronCore
import NeuronMedia

/// Looks at a camera and keeps what it saw.
struct Viewer: ~Copyable {
    var source: MediaSource
    private var decoder: VideoDecoder
    private(set) var times: [MediaTime] = []
    private(set) var hashes: Set<UInt64> = []
    /// The camera's wall clock at the last packet that had it.
    private(set) var senderTime: WallTime?
    /// Each size once, in the order of coming.
    private(set) var sizes: [FrameSize] = []

    init(
        _ address: String,
        _ options: SourceOptions = SourceOptions(),
        interrupt: SourceInterrupt = SourceInterrupt()
    ) throws(MediaError) {
        let source = try MediaSource(opening: SourceAddress(address), options: options, interrupt: interrupt)
        decoder = try VideoDecoder(for: source.decoderParameters)
        self.source = source
    }

    var decoderStatistics: DecoderStatistics { decoder.statistics }

    /// Goes on for so many more frames.
    mutating func watch(frames: Int) throws(MediaError) {
        let goal = times.count + frames
        try watch { $0.times.count >= goal }
    }

    /// Goes on until a condition holds after a packet.
    mutating func watch(until isDone: (borrowing Viewer) -> Bool) throws(MediaError) {
        var times = times
        var sizes = sizes
        var hashes = hashes
        while !isDone(self), let packet = try source.nextPacket() {
            senderTime = packet.senderTime ?? senderTime
            try decoder.decode(packet) { frame in
                times.append(frame.time)
                hashes.insert(Playback.Picture(frame).hash)
                if sizes.last != frame.storedSize { sizes.append(frame.storedSize) }
            }
            self.times = times
            self.sizes = sizes
            self.hashes = hashes
        }
    }
}
