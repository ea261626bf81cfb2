import Glibc
import NeuronCore

/// What FFmpeg is told in order to open a source, and what it is forbidden.
///
/// A clip may open nothing but its own file: playlists (HLS, DASH, concat) and references to other files or to the
/// network are no way out of it. A camera may use what RTSP needs. Everything else is refused.
struct OpeningPlan {
    /// The text for `avformat_open_input`; may hold a password.
    var url: String
    var options: [(String, String)]

    /// Containers that clips come in, by FFmpeg's names; each reads one file from front to back.
    private static let clipContainers =
        "mov,matroska,mpegts,mpeg,mpegvideo,avi,flv,h264,hevc,m4v,mjpeg,ivf,dhav,asf,mxf,ogg"

    /// Decoders that opening may try.
    ///
    /// The audio ones spare the search for parameters a long read.
    private static let probingDecoders =
        VideoCodecs.decoderNames.joined(separator: ",")
        + ",aac,ac3,mp2,mp2float,mp3,mp3float,opus,vorbis,pcm_alaw,pcm_mulaw,pcm_s16le,pcm_s16be,g722,g726,g726le"

    init(for source: SourceAddress, options: SourceOptions) throws(MediaError) {
        switch source.kind {
        case .clip: self = try .clip(source)
        case .rtsp: self = .camera(source, options)
        // A device is read without a demuxer.
        case .video4Linux, .network: throw .protocolNotSupported(source)
        }
        self.options += [("codec_whitelist", Self.probingDecoders), ("max_streams", "64")]
    }

    private init(url: String, options: [(String, String)]) {
        self.url = url
        self.options = options
    }

    private static func clip(_ source: SourceAddress) throws(MediaError) -> OpeningPlan {
        let path = source.scheme == nil ? source.revealed : String(source.revealed.dropFirst("file://".count))
        var status = stat()
        guard stat(path, &status) == 0 else { throw .opening(source, status: -errno) }
        // Opening a pipe waits for its other end, where no deadline reaches.
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(source) }
        return OpeningPlan(
            url: "file:" + path,
            options: [
                ("protocol_whitelist", "file"),
                ("format_whitelist", clipContainers),
                ("probesize", "8000000"),
                ("analyzeduration", "5000000"),
            ]
        )
    }

    private static func camera(_ source: SourceAddress, _ options: SourceOptions) -> OpeningPlan {
        let scheme = source.scheme ?? ""
        return OpeningPlan(
            // FFmpeg takes a scheme in capitals for another protocol.
            url: scheme + source.revealed.dropFirst(scheme.count),
            options: [
                ("protocol_whitelist", "rtsp,rtsps,rtp,udp,tcp,tls"),
                ("format_whitelist", "rtsp"),
                ("rtsp_transport", options.transport.rawValue),
                // Over TCP nothing comes out of order, but cameras leave packets out where the line is too slow, and a
                // gap is only noticed by the queue: the least that makes one. FFmpeg's own size for UDP.
                ("reorder_queue_size", options.transport == .tcp ? "2" : "500"),
                ("allowed_media_types", options.asksForAudio ? "video+audio" : "video"),
                // Microseconds without a byte from the socket: twice our own deadlines, which decide before it.
                ("timeout", String(max(options.openTimeout, options.readTimeout).nanoseconds / 500)),
                // The picture size is all that is waited for, until the deadline; the frame rate is not estimated.
                ("analyzeduration", String(options.openTimeout.nanoseconds / 1000)),
                ("probesize", "8000000"),
                ("fpsprobesize", "0"),
            ]
        )
    }
}
