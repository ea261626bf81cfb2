import CFFmpeg

/// A format that a device sends and that is decoded here.
package enum CaptureFormat: String, Sendable, Hashable, CaseIterable, Codable {
    case nv12, yu12, yuyv, uyvy, mjpeg, h264, grey

    /// The device's names for it.
    var codes: [PixelCode] {
        switch self {
        case .nv12: [PixelCode("NV12")]
        case .yu12: [PixelCode("YU12")]
        case .yuyv: [PixelCode("YUYV")]
        case .uyvy: [PixelCode("UYVY")]
        // Both are pictures with a JPEG header of their own.
        case .mjpeg: [PixelCode("MJPG"), PixelCode("JPEG")]
        case .h264: [PixelCode("H264")]
        case .grey: [PixelCode("GREY")]
        }
    }

    /// The format of a device's code; nil where it is not decoded here.
    package init?(_ code: PixelCode) {
        guard let format = Self.allCases.first(where: { $0.codes.contains(code) }) else { return nil }
        self = format
    }

    /// What a picture costs before it can be looked at, as a rank; only the order means something.
    ///
    /// First those whose brightness is used where it lies, then what is converted, then what is decoded. Grey comes last,
    /// since evidence without colour is worth less.
    var cost: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// How the pixels lie; nil for what is compressed.
    var pixelFormat: AVPixelFormat? {
        switch self {
        case .nv12: AV_PIX_FMT_NV12
        case .yu12: AV_PIX_FMT_YUV420P
        case .yuyv: AV_PIX_FMT_YUYV422
        case .uyvy: AV_PIX_FMT_UYVY422
        case .grey: AV_PIX_FMT_GRAY8
        case .mjpeg, .h264: nil
        }
    }

    /// FFmpeg's codec for the packets.
    var codec: AVCodecID {
        switch self {
        case .mjpeg: AV_CODEC_ID_MJPEG
        case .h264: AV_CODEC_ID_H264
        case .nv12, .yu12, .yuyv, .uyvy, .grey: AV_CODEC_ID_RAWVIDEO
        }
    }
}
