import CFFmpeg

/// The colour of a decoded picture where it lies in 8-bit samples of its own, lent with the picture.
struct ChromaPlanes {
    private let first: UnsafePointer<UInt8>
    private let second: UnsafePointer<UInt8>
    private let firstStride: Int
    private let secondStride: Int
    /// Bytes from sample to sample.
    private let step: Int
    private let width: Int
    private let height: Int

    /// Rows and samples of a row that one measurement looks at, at most: enough for a mean, and a few microseconds.
    private static let rows = 64
    private static let samplesPerRow = 240

    /// The planes of a picture; nil for grey, RGB, more than 8 bits, and planes that are not there.
    init?(_ picture: AVFrame) {
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(picture.format))?.pointee,
            description.nb_components >= 3,
            description.flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM) == 0
        else { return nil }
        let (u, v) = (description.comp.1, description.comp.2)
        guard Self.isPlain(u), Self.isPlain(v), u.step == v.step,
            let first = Self.plane(u, of: picture), let second = Self.plane(v, of: picture)
        else { return nil }
        self.first = first.samples
        self.second = second.samples
        firstStride = first.stride
        secondStride = second.stride
        step = Int(u.step)
        width = Self.shrunk(picture.width, by: description.log2_chroma_w)
        height = Self.shrunk(picture.height, by: description.log2_chroma_h)
        guard width > 0, height > 0, firstStride >= width * step, secondStride >= width * step else { return nil }
    }

    /// How far the colours of a picture lie apart: the standard deviation of both planes together, in 1/16 levels.
    ///
    /// It is around a plane's own mean, since the infrared picture of some cameras has a tint.
    var spread: Int {
        let (lineStep, sampleStep) = (max(1, height / Self.rows), max(1, width / Self.samplesPerRow))
        var (sumU, sumV, squares, count) = (0, 0, 0, 0)
        for y in stride(from: 0, to: height, by: lineStep) {
            for x in stride(from: 0, to: width, by: sampleStep) {
                // In bounds: both strides hold `width` samples of `step` bytes, checked above.
                let (u, v) = (Int(first[y * firstStride + x * step]), Int(second[y * secondStride + x * step]))
                sumU += u
                sumV += v
                squares += u * u + v * v
                count += 1
            }
        }
        let variance = squares * 256 / count - (sumU * sumU + sumV * sumV) * 256 / (count * count)
        return Int(Double(max(variance, 0) / 2).squareRoot())
    }

    private static func isPlain(_ component: AVComponentDescriptor) -> Bool {
        guard component.depth == 8, component.shift == 0 else { return false }
        // Beside the brightness, or between its samples, as a webcam's YUYV has them.
        return component.plane > 0 ? component.step <= 2 : component.step == 4
    }

    private static func plane(
        _ component: AVComponentDescriptor,
        of picture: AVFrame
    ) -> (samples: UnsafePointer<UInt8>, stride: Int)? {
        let planes = [picture.data.0, picture.data.1, picture.data.2]
        let strides = [picture.linesize.0, picture.linesize.1, picture.linesize.2]
        guard component.plane < 3, let base = planes[Int(component.plane)] else { return nil }
        return (UnsafePointer(base + Int(component.offset)), Int(strides[Int(component.plane)]))
    }

    private static func shrunk(_ size: Int32, by shift: UInt8) -> Int { -((-Int(size)) >> Int(shift)) }
}
