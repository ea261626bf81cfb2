import CFFmpeg
package import NeuronCore

/// Writes the packets of a stream into a fragmented MP4 as they are, without decoding or encoding any.
///
/// Lives on one thread at a time. The file begins with a keyframe, its times begin at zero and rise whatever the camera's stamps
/// did. It is handed out as it is made and never gone back to, so that it can be hashed on the way. It has no sound.
package struct ClipWriter: ~Copyable {
    private var output: ClipOutput
    private var times: ClipTimes
    private var parameterSets: ParameterSets?
    /// With which the file began; nil for a stream whose packets carry none.
    private let head: [UInt8]?
    private let parameters: DecoderParameters
    private var hasBegun = false
    /// When the first picture of the file is shown; nil before it.
    package private(set) var start: MediaTime?
    /// When the latest one is shown.
    package private(set) var end: MediaTime?

    /// Whether a stream's packets can be put into an MP4: not those of raw video and of a few old codecs.
    package static func takes(_ parameters: DecoderParameters) -> Bool {
        [
            AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MJPEG, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG1VIDEO,
            AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1,
        ].contains(parameters.native.pointee.codec_id)
    }

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - parameters: of the stream.
    ///   - packets: with which it will begin, looked at and not written; the more there are, the better is known how the codec
    ///     reorders.
    ///   - take: gets the file's bytes, piece by piece; false where it could not take them.
    /// - Throws: where the container does not take such a stream, no head of it is known, or `take` takes nothing.
    package init(
        _ parameters: DecoderParameters,
        beginningWith packets: [CompressedPacket],
        take: @escaping ([UInt8]) -> Bool
    ) throws(MediaError) {
        FFmpegRuntime.prepare()
        var parameterSets = ParameterSets(of: parameters)
        let head = try parameterSets?.head(of: parameters, beginningWith: packets)
        let native = parameters.native.pointee
        let mayReorder = VideoCodecs.mayReorder(native.codec_id)
        let seen = ClipTimes.reordering(of: packets.map(\.presentationTime))
        let delay = mayReorder ? max(seen, Int(native.video_delay)) : 0
        output = try ClipOutput(parameters, head: head, take: take)
        times = ClipTimes(delay: delay, interval: parameters.nominalFrameInterval)
        self.head = head
        self.parameters = parameters
        self.parameterSets = consume parameterSets
    }

    /// Whether a packet belongs into this file: a stream whose head has changed needs another.
    package mutating func accepts(_ packet: CompressedPacket) -> Bool {
        guard packet.facts.isKeyframe, let found = parameterSets?.head(in: packet) else { return true }
        return found == head
    }

    /// Whether a stream that was opened anew goes on in this file.
    package func accepts(_ other: DecoderParameters) -> Bool { parameters.isSameStream(as: other) }

    /// Adds the next packet in decoding order; nothing is written before a keyframe.
    ///
    /// - Throws: where the packet does not fit its codec, or the bytes could not be taken.
    package mutating func write(_ packet: CompressedPacket) throws(MediaError) {
        guard hasBegun || packet.facts.isKeyframe, let place = times.place(packet.presentationTime) else { return }
        hasBegun = true
        try output.write(packet, at: place)
        start = start ?? packet.presentationTime
        end = max(end ?? packet.presentationTime, packet.presentationTime)
    }

    /// Writes what is held back and the file's end.
    package mutating func finish() throws(MediaError) { try output.finish() }
}

extension DecoderParameters {
    /// Whether pictures of both can stand in one file.
    package func isSameStream(as other: DecoderParameters) -> Bool {
        let (a, b) = (native.pointee, other.native.pointee)
        guard a.codec_id == b.codec_id, a.width == b.width, a.height == b.height, orientation == other.orientation,
            isAnnexB == other.isAnnexB
        else { return false }
        // Where packets bring their head along, it is compared there.
        return isAnnexB || head == other.head
    }

    private var head: [UInt8] {
        guard let data = native.pointee.extradata, native.pointee.extradata_size > 0 else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(native.pointee.extradata_size)))
    }
}
