import CFFmpeg

/// Copies decoded pictures out of a device's memory; the buffer is kept from picture to picture.
struct PictureDownload: ~Copyable {
    private let picture: FrameBuffer

    init() throws(MediaError) { picture = try FrameBuffer() }

    /// Copies a picture; NV12 where the device offers it, whose brightness is a plane of its own.
    ///
    /// - Returns: the copy, valid until the next call: pixels, size and range, and nothing else of the picture.
    /// - Throws: FFmpeg's status.
    func copy(_ source: UnsafeMutablePointer<AVFrame>) throws(DownloadFailure) -> UnsafeMutablePointer<AVFrame> {
        let target = picture.native
        let format = Self.format(of: source)
        let (width, height) = (source.pointee.width, source.pointee.height)
        let isFitting =
            target.pointee.buf.0 != nil && target.pointee.format == format && target.pointee.width == width
            && target.pointee.height == height
        if !isFitting {
            av_frame_unref(target)
            target.pointee.format = format
            target.pointee.width = width
            target.pointee.height = height
            try DownloadFailure.check(av_frame_get_buffer(target, 0))
        }
        try DownloadFailure.check(av_hwframe_transfer_data(target, source, 0))
        target.pointee.color_range = source.pointee.color_range
        return target
    }

    private static func format(of source: UnsafeMutablePointer<AVFrame>) -> Int32 {
        var formats: UnsafeMutablePointer<AVPixelFormat>?
        let direction = AV_HWFRAME_TRANSFER_DIRECTION_FROM
        guard let frames = source.pointee.hw_frames_ctx,
            av_hwframe_transfer_get_formats(frames, direction, &formats, 0) >= 0, let formats
        else { return AV_PIX_FMT_NV12.rawValue }
        defer { av_free(formats) }
        var index = 0
        while formats[index] != AV_PIX_FMT_NONE {
            if formats[index] == AV_PIX_FMT_NV12 { return AV_PIX_FMT_NV12.rawValue }
            index += 1
        }
        return formats[0].rawValue
    }
}

/// A picture stayed in its device.
struct DownloadFailure: Error {
    var status: Int32

    fileprivate static func check(_ status: Int32) throws(DownloadFailure) {
        guard status >= 0 else { throw DownloadFailure(status: status) }
    }
}
