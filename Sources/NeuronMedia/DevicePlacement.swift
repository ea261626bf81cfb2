import CFFmpeg

/// Where a decoder is to leave its pictures: a device's memory, which a pixel format of its own stands for.
struct DevicePlacement {
    var format: AVPixelFormat
    /// A reference of somebody else's, valid while ``apply(to:)`` runs; nil for no device, which no decoder takes.
    var device: UnsafeMutablePointer<AVBufferRef>?

    /// Prepares a codec context that is not open yet; it gets a reference of its own, which it drops when it is freed.
    func apply(to context: UnsafeMutablePointer<AVCodecContext>) {
        if let device { context.pointee.hw_device_ctx = av_buffer_ref(device) }
        // What a C function without a context of its own has to know; `opaque` is the user's by FFmpeg's contract.
        context.pointee.opaque = UnsafeMutableRawPointer(bitPattern: Int(format.rawValue))
        context.pointee.get_format = { context, offers in
            let wanted = context?.pointee.opaque.map { AVPixelFormat(Int32(Int(bitPattern: $0))) }
            return DevicePlacement.choose(offers, wanted: wanted ?? AV_PIX_FMT_NONE)
        }
    }

    /// The wanted format where it is offered, else the first whose pictures are in this process's memory.
    ///
    /// FFmpeg asks at the first picture and at each new size, and again without the wanted one where the device refuses it.
    private static func choose(_ offers: UnsafePointer<AVPixelFormat>?, wanted: AVPixelFormat) -> AVPixelFormat {
        guard let offers else { return AV_PIX_FMT_NONE }
        var plain = AV_PIX_FMT_NONE
        var index = 0
        while offers[index] != AV_PIX_FMT_NONE {
            if offers[index] == wanted { return wanted }
            if plain == AV_PIX_FMT_NONE, !isInDevice(offers[index]) { plain = offers[index] }
            index += 1
        }
        return plain
    }

    private static func isInDevice(_ format: AVPixelFormat) -> Bool {
        guard let description = av_pix_fmt_desc_get(format) else { return true }
        return description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_HWACCEL) != 0
    }
}
