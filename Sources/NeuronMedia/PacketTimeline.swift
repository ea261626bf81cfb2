import CFFmpeg
import NeuronCore

/// Gives each packet its place on the time line; packets enter and leave in decoding order.
///
/// What cannot be shown is left out at the start: packets before the first keyframe, and pictures that refer to before
/// it. A stream without stamps is held back by as many pictures as its codec can reorder, a clip with an edit list
/// until its first shown picture is known; every other packet leaves as soon as it has come.
struct PacketTimeline: ~Copyable {
    private let facts: StreamFacts
    private let longestGap: TimeSpan
    private let askFirstTime: @Sendable () -> MediaTime
    /// The answer; zero until the first packet that is kept has come.
    private var firstTime = MediaTime.zero
    private let wrapBits: Int
    private let isLive: Bool
    private let mayReorder: Bool
    private var order: PictureOrderReader?
    private var sorter: PresentationSorter<PacketHandle>
    private var repair: TimestampRepair
    private var phase = Phase.waiting
    private var held: [PacketHandle] = []
    private var ready: [CompressedPacket] = []
    private var readyHead = 0
    private var latest: MediaTime?
    private var originPTS = Int64.min
    private var lastSlot: Int64?
    private(set) var statistics = PacketStatistics()

    private enum Phase {
        /// For the first keyframe.
        case waiting
        /// For the first shown picture after hidden ones.
        case seekingOrigin
        /// Packets without stamps.
        case sorting(byDTS: Bool)
        /// Right after the first keyframe: pictures from before it may come.
        case leading
        case running
    }

    /// A stream that marks no keyframe within this many packets is decoded from wherever it is.
    private static let longestWait = 500
    private static let longestLookahead = 1000

    /// Makes an empty time line.
    ///
    /// - Parameters:
    ///   - facts: of the stream.
    ///   - parameters: of the stream's codec.
    ///   - wrapBits: the width of the container's stamps.
    ///   - isLive: whether packets come from a camera: those may lack a stamp at first and have them later, and are
    ///     never held back.
    ///   - longestGap: a step above this is a jump.
    ///   - firstTime: where the time line begins; asked for once, when the first packet comes that is kept.
    /// - Throws: `outOfMemory`.
    init(
        _ facts: StreamFacts,
        parameters: DecoderParameters,
        wrapBits: Int,
        isLive: Bool,
        longestGap: TimeSpan,
        firstTime: @escaping @Sendable () -> MediaTime
    ) throws(MediaError) {
        order = isLive ? nil : try PictureOrderReader(parameters)
        self.facts = facts
        self.longestGap = longestGap
        askFirstTime = firstTime
        self.wrapBits = wrapBits
        self.isLive = isLive
        mayReorder = VideoCodecs.mayReorder(parameters.native.pointee.codec_id)
        sorter = PresentationSorter(depth: PictureOrderReader.depth(of: parameters.native.pointee.codec_id))
        repair = TimestampRepair(
            timebase: facts.timebase,
            nominalInterval: facts.nominalFrameInterval,
            mayReorder: mayReorder,
            wrapBits: wrapBits,
            longestGap: longestGap
        )
    }

    /// Takes the next packet in decoding order.
    mutating func add(_ packet: PacketHandle) {
        switch phase {
        case .waiting: begin(with: packet)
        case .seekingOrigin: seekOrigin(packet)
        case .sorting(let byDTS): sort(packet, byDTS: byDTS)
        case .leading: passLeading(packet)
        case .running: place(packet, pts: packet.pts, dts: packet.dts)
        }
    }

    /// Whether no packet has come yet that decoding can begin with.
    var isWaiting: Bool {
        if case .waiting = phase { true } else { false }
    }

    /// Says that no more packets come.
    mutating func finish() {
        if case .seekingOrigin = phase { placeHeld() }
        sorter.finish()
        placeSorted()
    }

    /// The next packet whose time is known; nil if more must be added first.
    mutating func next() -> CompressedPacket? {
        guard readyHead < ready.count else { return nil }
        let packet = ready[readyHead]
        readyHead += 1
        if readyHead == ready.count {
            ready.removeAll(keepingCapacity: true)
            readyHead = 0
        }
        return packet
    }

    private mutating func begin(with packet: PacketHandle) {
        guard isKeyframe(packet) || statistics.beforeFirstKeyframe >= Self.longestWait else {
            statistics.beforeFirstKeyframe += 1
            return
        }
        firstTime = askFirstTime()
        repair = stampRepair(origin: nil)
        if let pts = packet.pts {
            originPTS = pts
            phase = packet.isHidden && !isLive ? .seekingOrigin : .leading
        } else if order != nil {
            phase = .sorting(byDTS: packet.dts != nil)
            if packet.dts == nil { repair = countingRepair() }
        } else {
            phase = .running
        }
        if case .leading = phase { return place(packet, pts: packet.pts, dts: packet.dts) }
        add(packet)
    }

    private mutating func passLeading(_ packet: PacketHandle) {
        if let pts = packet.pts, pts < originPTS, !isKeyframe(packet), statistics.leadingPictures < 16 {
            statistics.leadingPictures += 1
            return
        }
        phase = .running
        place(packet, pts: packet.pts, dts: packet.dts)
    }

    /// The first shown picture is the earliest of those not hidden; it is known once decoding has come past it.
    private mutating func seekOrigin(_ packet: PacketHandle) {
        held.append(packet)
        let shown = held.lazy.filter { !$0.isHidden }.compactMap(\.pts).min()
        guard let shown, let dts = packet.dts, dts >= shown else {
            if held.count >= Self.longestLookahead { placeHeld() }
            return
        }
        placeHeld()
    }

    private mutating func placeHeld() {
        phase = .running
        let shown = held.lazy.filter { !$0.isHidden }.compactMap(\.pts).min()
        repair = stampRepair(origin: shown)
        for packet in held { place(packet, pts: packet.pts, dts: packet.dts) }
        held = []
    }

    private func stampRepair(origin: Int64?) -> TimestampRepair {
        TimestampRepair(
            timebase: facts.timebase,
            nominalInterval: facts.nominalFrameInterval,
            mayReorder: mayReorder,
            wrapBits: wrapBits,
            longestGap: longestGap,
            firstTime: firstTime,
            origin: origin
        )
    }

    /// For streams with no stamps at all: ticks are pictures of the declared rate.
    private func countingRepair() -> TimestampRepair {
        TimestampRepair(
            timebase: (facts.averageFrameRate ?? .usualFrameRate).inverse,
            nominalInterval: facts.nominalFrameInterval,
            mayReorder: mayReorder,
            longestGap: longestGap,
            firstTime: firstTime
        )
    }

    private mutating func sort(_ packet: PacketHandle, byDTS: Bool) {
        statistics.unstamped += 1
        let following = lastSlot.map { $0 &+ 1 } ?? 0
        let slot = byDTS ? max(packet.dts ?? following, following) : following
        lastSlot = slot
        let number = order?.order(of: packet) ?? 0
        sorter.add(packet, order: number, isKeyframe: isKeyframe(packet), slot: slot)
        placeSorted()
    }

    private mutating func placeSorted() {
        while let (packet, slot) = sorter.next() { place(packet, pts: slot, dts: nil) }
    }

    private mutating func place(_ packet: PacketHandle, pts: Int64?, dts: Int64?) {
        let jumps = repair.counts.jumps
        let time = repair.place(pts: pts, dts: dts, isKeyframe: isKeyframe(packet))
        let reached = max(time, latest ?? time)
        latest = reached
        let facts = PacketFacts(
            time: reached,
            isKeyframe: isKeyframe(packet),
            byteCount: packet.byteCount,
            isIntraOnly: facts.isIntraOnly
        )
        statistics.repairs = repair.counts
        let decodingTime = pts.flatMap { pts in dts.flatMap { repair.distance(fromTick: $0, to: pts) } }.map {
            time - $0
        }
        ready.append(
            CompressedPacket(
                packet,
                facts: facts,
                presentationTime: time,
                decodingTime: decodingTime,
                hasJumped: repair.counts.jumps > jumps
            )
        )
    }

    /// Not every container marks the pictures of a codec that has no others.
    private func isKeyframe(_ packet: PacketHandle) -> Bool { packet.isKeyframe || facts.isIntraOnly }
}
