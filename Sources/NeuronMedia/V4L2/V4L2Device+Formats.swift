import CV4L2
import Glibc
import NeuronCore

extension V4L2Device {
    /// More than any device has; a driver that never says that it is through does not hold us.
    private static let (mostFormats, mostSizes, mostRates): (UInt32, UInt32, UInt32) = (64, 128, 64)

    static var captureType: UInt32 { V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue }

    /// Every format with its sizes and rates.
    ///
    /// - Parameter wish: of ranges of sizes, the nearest is told.
    /// - Returns: in the driver's order; none where it tells none.
    func offers(near wish: CaptureWish) -> [CaptureOffer] {
        var offers: [CaptureOffer] = []
        for index in 0..<Self.mostFormats {
            var description = v4l2_fmtdesc()
            description.index = index
            description.type = Self.captureType
            guard nd_v4l2_enumerate_format(descriptor, &description) == 0 else { break }
            let code = PixelCode(rawValue: description.pixelformat)
            offers.append(
                CaptureOffer(
                    code: code,
                    name: text(description.description),
                    isConverted: description.flags & UInt32(V4L2_FMT_FLAG_EMULATED) != 0,
                    sizes: sizes(of: code, near: wish.size ?? CaptureWish.usualSize)
                )
            )
        }
        return offers
    }

    private func sizes(of code: PixelCode, near wished: FrameSize) -> [CaptureOffer.Size] {
        var sizes: [CaptureOffer.Size] = []
        for index in 0..<Self.mostSizes {
            var entry = v4l2_frmsizeenum()
            entry.index = index
            entry.pixel_format = code.rawValue
            guard nd_v4l2_enumerate_size(descriptor, &entry) == 0 else { break }
            if entry.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue {
                let size = FrameSize(width: Int(entry.discrete.width), height: Int(entry.discrete.height))
                sizes.append(self.size(size, of: code, in: nil))
            } else {
                let range = CaptureOffer.Range(entry.stepwise)
                return sizes + [size(range.nearest(to: wished), of: code, in: range)]
            }
        }
        return sizes.isEmpty ? currentSize(of: code) : sizes
    }

    /// Devices that cannot choose do not list sizes: a capture card has that of its signal.
    private func currentSize(of code: PixelCode) -> [CaptureOffer.Size] {
        guard let format = currentFormat() else { return [] }
        return [size(FrameSize(width: Int(format.width), height: Int(format.height)), of: code, in: nil)]
    }

    private func size(
        _ size: FrameSize,
        of code: PixelCode,
        in range: CaptureOffer.Range?
    ) -> CaptureOffer.Size {
        var rates: [Ratio] = []
        for index in 0..<Self.mostRates {
            var entry = v4l2_frmivalenum()
            entry.index = index
            entry.pixel_format = code.rawValue
            entry.width = UInt32(clamping: size.width)
            entry.height = UInt32(clamping: size.height)
            guard nd_v4l2_enumerate_interval(descriptor, &entry) == 0 else { break }
            if entry.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue {
                if let rate = Ratio(rateOf: entry.discrete) { rates.append(rate) }
            } else {
                let ends = [Ratio(rateOf: entry.stepwise.min), Ratio(rateOf: entry.stepwise.max)].compactMap(\.self)
                return CaptureOffer.Size(size, range: range, rates: ends, isAnyRateBetween: true)
            }
        }
        return CaptureOffer.Size(size, range: range, rates: rates)
    }

    func currentFormat() -> v4l2_pix_format? {
        var format = v4l2_format()
        format.type = Self.captureType
        return nd_v4l2_get_format(descriptor, &format) == 0 ? format.fmt.pix : nil
    }

    /// Sets format, size and rate; the driver may make others of them.
    ///
    /// - Parameters:
    ///   - choice: one of the offers.
    ///   - rate: frames per second to ask for; nil leaves it.
    /// - Returns: what it made of format and size, and the rate that it has now, if it says.
    /// - Throws: where the driver refuses, as while another program streams.
    func apply(_ choice: FormatChoice, rate: Ratio?) throws(MediaError) -> (format: v4l2_pix_format, rate: Ratio?) {
        var format = v4l2_format()
        format.type = Self.captureType
        format.fmt.pix.width = UInt32(clamping: choice.size.width)
        format.fmt.pix.height = UInt32(clamping: choice.size.height)
        format.fmt.pix.pixelformat = choice.code.rawValue
        format.fmt.pix.field = V4L2_FIELD_ANY.rawValue
        guard nd_v4l2_set_format(descriptor, &format) == 0 else {
            throw .device(source, "setting \(choice.code) at \(choice.size)", number: errno)
        }
        return (format.fmt.pix, setRate(rate))
    }

    private func setRate(_ rate: Ratio?) -> Ratio? {
        var parameters = v4l2_streamparm()
        parameters.type = Self.captureType
        if let rate {
            let interval = v4l2_fract(
                numerator: UInt32(clamping: rate.denominator),
                denominator: UInt32(clamping: rate.numerator)
            )
            parameters.parm.capture.timeperframe = interval
            if nd_v4l2_set_parameters(descriptor, &parameters) == 0 {
                return Ratio(rateOf: parameters.parm.capture.timeperframe)
            }
        }
        // A device without a choice of rates may still say which it has.
        guard nd_v4l2_get_parameters(descriptor, &parameters) == 0 else { return nil }
        return Ratio(rateOf: parameters.parm.capture.timeperframe)
    }
}

extension CaptureOffer.Range {
    fileprivate init(_ range: v4l2_frmsize_stepwise) {
        self.init(
            smallest: FrameSize(width: Int(range.min_width), height: Int(range.min_height)),
            largest: FrameSize(
                width: Int(max(range.min_width, range.max_width)),
                height: Int(max(range.min_height, range.max_height))
            ),
            step: FrameSize(width: Int(range.step_width), height: Int(range.step_height))
        )
    }
}

extension Ratio {
    /// The rate of an interval; nil for none, and for what no camera has.
    fileprivate init?(rateOf interval: v4l2_fract) {
        self.init(Int(interval.denominator), Int(interval.numerator))
        guard (0.001...100_000).contains(value) else { return nil }
    }
}
