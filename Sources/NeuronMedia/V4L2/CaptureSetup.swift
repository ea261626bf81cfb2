import CFFmpeg
import CV4L2
import NeuronCore

/// What a device was set to, and what its driver made of that.
struct CaptureSetup: Sendable {
    let copier: PictureCopier
    let size: FrameSize
    /// Frames per second; nil where the device does not say.
    let rate: Ratio?
    let isFullRange: Bool
    /// What is other than was wished, each a sentence.
    let remarks: [String]
}

extension CaptureSetup {
    /// Chooses a format and sets it, and then the controls.
    init(of device: borrowing V4L2Device, _ wish: CaptureWish) throws(MediaError) {
        let choice = try Self.choice(of: wish, device)
        let wishedRate = choice.rate ?? wish.framesPerSecond.flatMap(Ratio.init(framesPerSecond:))
        let (made, rate) = try device.apply(choice, rate: wishedRate)
        var remarks = choice.reasons
        let size = FrameSize(width: Int(made.width), height: Int(made.height))
        let code = PixelCode(rawValue: made.pixelformat)
        guard CaptureFormat(code) == choice.format, CodecContext.isBearable(size) else {
            throw .unsuitable(
                device.source,
                "its driver made \(code) at \(size) of the \(choice.code) at \(choice.size) that it offers"
            )
        }
        if size != choice.size { remarks.append("The driver made \(size) of \(choice.size).") }
        copier = PictureCopier(format: choice.format, layout: try Self.layout(choice.format, size, made, device))
        self.size = size
        self.rate = rate
        isFullRange = Self.isFullRange(quantization: made.quantization, colourSpace: made.colorspace)
        self.remarks = remarks + (try device.set(wish.controls))
    }

    /// The best of what the device has; where that is nothing, of what libv4l2 makes of it.
    static func choice(of wish: CaptureWish, _ device: borrowing V4L2Device) throws(MediaError) -> FormatChoice {
        do throws(FormatChoice.Refusal) {
            return try FormatChoice(of: wish, among: device.offers(near: wish))
        } catch {
            let converted = device.addConversions() ? device.offers(near: wish) : []
            if let choice = try? FormatChoice(of: wish, among: converted) { return choice }
            throw .unsuitable(device.source, error.reason)
        }
    }

    /// Where the rows of an uncompressed picture lie; what the driver says of them must fit into its own buffer.
    private static func layout(
        _ format: CaptureFormat,
        _ size: FrameSize,
        _ made: v4l2_pix_format,
        _ device: borrowing V4L2Device
    ) throws(MediaError) -> RawPicture? {
        guard format.pixelFormat != nil else { return nil }
        for bytesPerLine in [Int(made.bytesperline), 0] {
            let layout = RawPicture(format, size: size, bytesPerLine: bytesPerLine)
            if let layout, layout.neededBytes <= Int(made.sizeimage) { return layout }
        }
        throw .unsuitable(
            device.source,
            "its driver has \(made.sizeimage) bytes for a picture of \(format.rawValue) at \(size), which needs more"
        )
    }

    /// Whether brightness goes from 0 to 255: where a driver leaves that to the colour space, that of JPEG does.
    static func isFullRange(quantization: UInt32, colourSpace: UInt32) -> Bool {
        quantization == V4L2_QUANTIZATION_FULL_RANGE.rawValue
            || quantization == V4L2_QUANTIZATION_DEFAULT.rawValue && colourSpace == V4L2_COLORSPACE_JPEG.rawValue
    }

    /// What a source says of its stream.
    func facts(of identity: V4L2Device.Identity) -> StreamFacts {
        let usual = rate ?? .usualFrameRate
        return StreamFacts(
            codecName: VideoCodecs.name(of: copier.format.codec),
            profile: nil,
            size: size,
            orientation: .upright,
            averageFrameRate: rate,
            nominalFrameInterval: TimeSpan(
                nanoseconds: max(1, Int64(usual.denominator) * 1_000_000_000 / Int64(usual.numerator))
            ),
            timebase: .nanosecond,
            isIntraOnly: VideoCodecs.isIntraOnly(copier.format.codec),
            durationSeconds: nil,
            hasAudio: false,
            containerName: "v4l2",
            bitRate: nil,
            pixelFormat: copier.format.pixelFormat.flatMap(av_get_pix_fmt_name).map { String(cString: $0) },
            remarks: remarks
        )
    }
}

extension DecoderParameters {
    /// What decodes the packets of a device.
    convenience init(capturing setup: CaptureSetup, interval: TimeSpan) throws(MediaError) {
        guard let draft = avcodec_parameters_alloc() else { throw .allocating("codec parameters") }
        defer {
            var draft: UnsafeMutablePointer<AVCodecParameters>? = draft
            avcodec_parameters_free(&draft)
        }
        draft.pointee.codec_type = AVMEDIA_TYPE_VIDEO
        draft.pointee.codec_id = setup.copier.format.codec
        draft.pointee.width = Int32(clamping: setup.size.width)
        draft.pointee.height = Int32(clamping: setup.size.height)
        if let pixels = setup.copier.format.pixelFormat { draft.pointee.format = pixels.rawValue }
        if setup.isFullRange { draft.pointee.color_range = AVCOL_RANGE_JPEG }
        try self.init(copying: draft, orientation: .upright, nominalFrameInterval: interval)
    }
}
