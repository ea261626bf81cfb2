import CFFmpeg
import NeuronCore

extension CodecContext {
    /// Opens the decoder that is wanted, or the one that there is.
    ///
    /// - Parameters:
    ///   - parameters: the stream's.
    ///   - choice: what is wanted.
    ///   - report: becomes what was opened, and why it is not what was wanted.
    /// - Returns: the open decoder.
    /// - Throws: where software does not decode it either.
    static func opening(
        _ parameters: DecoderParameters,
        _ choice: DecoderChoice,
        _ report: inout DecoderReport
    ) throws(MediaError) -> CodecContext {
        var refusals: [String] = []
        for kind in choice.kind.candidates {
            do throws(HardwareRefusal) {
                let context = try onHardware(parameters, by: kind, device: choice.device)
                report.used = kind
                report.name = context.decoderName
                report.reason = nil
                return context
            } catch {
                refusals.append(error.reason)
            }
        }
        let context = try CodecContext(decoding: parameters)
        report.used = .software
        report.name = context.decoderName
        // Two ways of hardware often fail for one reason.
        let distinct = refusals.indices.filter { !refusals[..<$0].contains(refusals[$0]) }.map { refusals[$0] }
        report.reason = distinct.isEmpty ? nil : distinct.joined(separator: "; ") + "."
        return context
    }

    /// An open decoder on hardware.
    ///
    /// - Throws: why there is none.
    static func onHardware(
        _ parameters: DecoderParameters,
        by kind: DecoderChoice.Kind,
        device: String?
    ) throws(HardwareRefusal) -> CodecContext {
        FFmpegRuntime.prepare()
        guard VideoCodecs.isExact(parameters.native.pointee.codec_id) else {
            let name = parameters.codecName
            throw HardwareRefusal("\(name) does not fix each bit of a picture, and alerts would depend on the hardware")
        }
        return switch kind {
        case .vaapi, .drm: try onDevice(kind, path: device, parameters)
        case .v4l2m2m: try onVideoDevice(parameters)
        case .software, .auto: throw HardwareRefusal("'\(kind.rawValue)' names no hardware")
        }
    }

    private static func onDevice(
        _ kind: DecoderChoice.Kind,
        path: String?,
        _ parameters: DecoderParameters
    ) throws(HardwareRefusal) -> CodecContext {
        guard let decoder = VideoCodecs.decoder(of: parameters.native.pointee.codec_id),
            let format = hardwareFormat(of: decoder, on: kind)
        else { throw HardwareRefusal("this FFmpeg decodes no \(parameters.codecName) by \(kind.rawValue)") }
        let device = try HardwareDevice(kind, path: path)
        do throws(MediaError) {
            let placement = DevicePlacement(format: format, device: device.native)
            return try CodecContext(decoding: parameters, with: decoder, in: placement)
        } catch {
            throw HardwareRefusal("it would not open: \(error.message)")
        }
    }

    private static func onVideoDevice(_ parameters: DecoderParameters) throws(HardwareRefusal) -> CodecContext {
        let name = "\(parameters.codecName)_v4l2m2m"
        guard let decoder = VideoCodecs.decoder(named: name) else {
            throw HardwareRefusal("this FFmpeg has no decoder \(name)")
        }
        do throws(MediaError) {
            return try CodecContext(decoding: parameters, with: decoder)
        } catch {
            throw HardwareRefusal("there is no /dev/video* that takes it. \(error.message.dropLast())")
        }
    }

    /// FFmpeg's name of the decoder.
    var decoderName: String { native.pointee.codec.map { String(cString: $0.pointee.name) } ?? "unknown" }

    /// Whether a device's memory is where the pictures should be.
    var fillsDeviceMemory: Bool { native.pointee.opaque != nil }

    /// Makes FFmpeg decode by itself from now on, also where the picture size changes.
    func refuseDevice() { native.pointee.opaque = nil }

    /// The pixel format that stands for pictures in a device's memory; nil where the decoder can't use such devices.
    static func hardwareFormat(of decoder: UnsafePointer<AVCodec>, on kind: DecoderChoice.Kind) -> AVPixelFormat? {
        for index in 0..<Int32.max {
            guard let offer = avcodec_get_hw_config(decoder, index)?.pointee else { return nil }
            let takesDevice = Int(offer.methods) & Int(AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0
            if offer.device_type == kind.deviceType, takesDevice { return offer.pix_fmt }
        }
        return nil
    }
}

extension DecoderChoice.Kind {
    /// What is tried before software, in order.
    fileprivate var candidates: [DecoderChoice.Kind] {
        switch self {
        case .software: []
        case .auto: [.vaapi, .drm]
        case .vaapi, .drm, .v4l2m2m: [self]
        }
    }

    /// FFmpeg's name of the devices that it opens.
    var deviceType: AVHWDeviceType {
        switch self {
        case .vaapi: AV_HWDEVICE_TYPE_VAAPI
        case .drm: AV_HWDEVICE_TYPE_DRM
        case .software, .auto, .v4l2m2m: AV_HWDEVICE_TYPE_NONE
        }
    }
}
