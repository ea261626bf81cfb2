import CFFmpeg
import Glibc
import NeuronCore

extension MediaError {
    /// `avformat_open_input` or `avformat_find_stream_info` failed, with no flag of our own raised.
    static func opening(_ source: SourceAddress, status: Int32) -> MediaError {
        let code = openingCode(of: status, kind: source.kind)
        let reason = source.kind == .clip ? openingReason(code, status) : connectingReason(code, status)
        return MediaError(code: code, message: "Could not open \(source): \(reason).")
    }

    /// `av_read_frame` failed, with no flag of our own raised.
    static func reading(_ source: SourceAddress, status: Int32) -> MediaError {
        guard source.kind == .clip else {
            let reason = status == nd_AVERROR_EOF ? "the stream ended" : ffmpegText(status)
            return MediaError(code: .endedUnexpectedly, message: "The stream of \(source) broke off: \(reason).")
        }
        let code: Code = status == nd_AVERROR_INVALIDDATA ? .invalidData : .readFailed
        return MediaError(code: code, message: "Could not read \(source) further: \(ffmpegText(status)).")
    }

    /// The name of a camera's host is known to nobody; FFmpeg calls that an error of input and output.
    static func unresolved(_ source: SourceAddress) -> MediaError {
        MediaError(
            code: .openFailed,
            message:
                "Could not open \(source): its host's name could not be resolved. Check the name's spelling and the "
                + "name servers of this box, or write the camera's address in numbers."
        )
    }

    /// A deadline of ours passed while opening or reading.
    static func deadlinePassed(_ action: SourceInterrupt.Action, _ source: SourceAddress, limit: TimeSpan) -> MediaError
    {
        let seconds = Double(limit.milliseconds) / 1000
        let text =
            switch action {
            case .opening: "Could not open \(source): no answer or no picture within \(seconds) s."
            case .reading: "The stream of \(source) stalled: no video packet for \(seconds) s."
            }
        return MediaError(code: .timedOut, message: text)
    }

    /// ``SourceInterrupt/stop()`` was called while opening or reading.
    static func stopped(_ source: SourceAddress) -> MediaError {
        MediaError(code: .interrupted, message: "Stopped reading \(source), as asked.")
    }

    /// A protocol that is refused before anything is opened.
    static func protocolNotSupported(_ source: SourceAddress) -> MediaError {
        MediaError(
            code: .notSupported,
            message: "Could not open \(source): only clips (a path or file://), rtsp://, rtsps:// and "
                + "V4L2 devices (/dev/video0, v4l2:/path) are read here."
        )
    }

    /// A clip's path that names no regular file.
    static func notAFile(_ source: SourceAddress) -> MediaError {
        MediaError(code: .notSupported, message: "Could not open \(source): it is not a regular file.")
    }

    /// A file whose container is none of those that are read; playlists are refused so.
    static func containerNotSupported(_ source: SourceAddress) -> MediaError {
        MediaError(
            code: .notSupported,
            message: "Could not open \(source): it is no MP4, MKV, MPEG-TS, MPEG-PS, AVI, FLV or raw H.264, H.265, "
                + "MPEG-4 or MJPEG video. Playlists and picture sequences are not followed."
        )
    }

    /// A source without a video stream whose size is known.
    static func noVideo(_ source: SourceAddress) -> MediaError {
        MediaError(
            code: .noVideoStream,
            message: "Could not use \(source): there is no video in it, or none whose picture size could be read."
        )
    }

    /// A codec that is not on the list, or a decoder that would not open.
    static func codec(_ name: String, reason: String) -> MediaError {
        MediaError(code: .unsupportedCodec, message: "Could not decode video of codec '\(name)': \(reason).")
    }

    /// A running stream announced another codec.
    static func codecChanged(_ source: SourceAddress, from old: String, to new: String) -> MediaError {
        MediaError(
            code: .endedUnexpectedly,
            message: "The stream of \(source) changed its codec from '\(old)' to '\(new)': it must be opened anew."
        )
    }

    /// Too many packets in a row without a picture.
    static func undecodable(codec: String, packets: Int, status: Int32) -> MediaError {
        MediaError(
            code: .invalidData,
            message: "No picture came of \(packets) packets in a row, decoded as '\(codec)': \(ffmpegText(status)). "
                + "The stream may have changed its codec and must be opened anew."
        )
    }

    /// FFmpeg could not allocate one of its structures.
    static func allocating(_ what: String) -> MediaError {
        MediaError(code: .outOfMemory, message: "FFmpeg could not allocate \(what): the system is out of memory.")
    }

    /// An encoder would not open, or did not take a picture.
    static func encoding(_ what: String, status: Int32) -> MediaError {
        MediaError(code: .encodingFailed, message: "Could not encode \(what): \(ffmpegText(status)).")
    }

    /// This FFmpeg was built without an encoder.
    static func withoutEncoder(_ names: [String]) -> MediaError {
        let names = names.joined(separator: " or ")
        return MediaError(code: .encodingFailed, message: "Could not encode: this FFmpeg has no encoder \(names).")
    }

    /// A file could not be made or written.
    static func writing(_ path: String, status: Int32) -> MediaError {
        MediaError(code: .writeFailed, message: "Could not write \(path): \(ffmpegText(status)).")
    }

    private static func openingCode(of status: Int32, kind: SourceAddress.Kind) -> Code {
        switch status {
        case nd_AVERROR_HTTP_UNAUTHORIZED, nd_AVERROR_HTTP_FORBIDDEN: .authenticationFailed
        case nd_AVERROR_HTTP_NOT_FOUND, nd_AVERROR(ENOENT): .notFound
        case nd_AVERROR(ETIMEDOUT): .timedOut
        case nd_AVERROR_INVALIDDATA: .invalidData
        case nd_AVERROR(ENOMEM): .outOfMemory
        case nd_AVERROR_EOF: kind == .clip ? .invalidData : .endedUnexpectedly
        case nd_AVERROR_PROTOCOL_NOT_FOUND, nd_AVERROR_DEMUXER_NOT_FOUND: .notSupported
        default: .openFailed
        }
    }

    private static func openingReason(_ code: Code, _ status: Int32) -> String {
        switch code {
        case .authenticationFailed: "the camera refused the user and password, or asks for them (\(ffmpegText(status)))"
        case .notFound: "there is nothing of that name (\(ffmpegText(status)))"
        case .invalidData: "its content is damaged, cut off or no video (\(ffmpegText(status)))"
        default: ffmpegText(status)
        }
    }
}

extension MediaError {
    /// Why a camera could not be reached, and what would be right.
    private static func connectingReason(_ code: Code, _ status: Int32) -> String {
        let words = ffmpegText(status)
        return switch (code, status) {
        case (.notFound, _): "the camera has no stream of that name; check the path of its URL (\(words))"
        case (.invalidData, _), (.endedUnexpectedly, _):
            "what answers there sends no video over RTSP; check the port and the path of its URL (\(words))"
        case (_, nd_AVERROR(ECONNREFUSED)):
            "nothing listens at that port; check the port, and that RTSP is switched on in the camera (\(words))"
        case (_, nd_AVERROR(EHOSTUNREACH)):
            "nobody has that address; check it, and the camera's power and cable (\(words))"
        case (_, nd_AVERROR(ENETUNREACH)):
            "this box has no way to that network; check the address, and the box's own network and gateway (\(words))"
        default: openingReason(code, status)
        }
    }
}

/// FFmpeg's words for a status, with its number: `Connection refused (-111)`.
func ffmpegText(_ status: Int32) -> String {
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_ERROR_MAX_STRING_SIZE)) { buffer in
        buffer.initialize(repeating: 0)
        av_strerror(status, buffer.baseAddress, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return "\(text) (\(status))"
}
