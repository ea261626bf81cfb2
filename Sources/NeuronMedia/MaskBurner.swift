import CFFmpeg
import NeuronCore

/// Burns privacy masks into decoded pictures: whatever is lent afterwards is flat there, in brightness and in colour.
///
/// It paints a copy, in a buffer that is kept from picture to picture: the decoder still predicts from its own picture, and what
/// is painted into that would run over the edges of the mask. Kinds of pixels that it can't paint are converted first.
struct MaskBurner: ~Copyable {
    private let masks: PrivacyMasks
    private let copy: FrameBuffer
    private var converter = PictureScaler(to: AV_PIX_FMT_YUV420P, keepsRange: true, method: SWS_BILINEAR)
    private var key: Key?
    private var plan = PaintPlan()

    private struct Key: Equatable {
        var size: FrameSize
        var format: Int32
        var orientation: PictureOrientation
        var isFullRange: Bool
    }

    /// Makes a burner of at least one mask.
    init(_ masks: PrivacyMasks) throws(MediaError) {
        copy = try FrameBuffer()
        self.masks = masks
    }

    /// Copies a picture and burns it.
    ///
    /// - Parameters:
    ///   - picture: in this process's memory.
    ///   - orientation: how it is displayed.
    /// - Returns: the copy, valid until the next call: pixels, size and range, and nothing else of the picture; nil where it
    ///   can't be had, and then the picture may not be shown to anybody.
    mutating func burned(
        _ picture: UnsafeMutablePointer<AVFrame>,
        orientation: PictureOrientation
    ) -> UnsafeMutablePointer<AVFrame>? {
        let isPainted = PaintPlan.takes(picture.pointee.format)
        let format = isPainted ? picture.pointee.format : AV_PIX_FMT_YUV420P.rawValue
        let size = FrameSize(width: Int(picture.pointee.width), height: Int(picture.pointee.height))
        // RGB has no other, whatever it says, and keeps it.
        let isFullRange = picture.pointee.color_range == AVCOL_RANGE_JPEG || Self.isRGB(picture.pointee.format)
        let wanted = Key(size: size, format: format, orientation: orientation, isFullRange: isFullRange)
        if key != wanted {
            guard makeRoom(for: size, format) else { return nil }
            let raster = masks.raster(of: size, in: orientation)
            plan = PaintPlan(raster, of: size, format, black: isFullRange ? 0 : 16)
            key = wanted
        }
        guard isPainted ? av_frame_copy(copy.native, picture) >= 0 : convert(picture.pointee) else { return nil }
        copy.native.pointee.color_range = isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        plan.paint(copy.native.pointee)
        return copy.native
    }

    private static func isRGB(_ format: Int32) -> Bool {
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(format))?.pointee else { return false }
        return description.flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
    }

    private mutating func makeRoom(for size: FrameSize, _ format: Int32) -> Bool {
        key = nil
        av_frame_unref(copy.native)
        copy.native.pointee.format = format
        copy.native.pointee.width = Int32(size.width)
        copy.native.pointee.height = Int32(size.height)
        return av_frame_get_buffer(copy.native, 0) >= 0
    }

    private mutating func convert(_ picture: AVFrame) -> Bool {
        guard converter.prepare(for: picture) else { return false }
        let target = copy.native.pointee
        return converter.convert(
            picture,
            to: [target.data.0, target.data.1, target.data.2, nil],
            strides: [target.linesize.0, target.linesize.1, target.linesize.2, 0]
        )
    }
}

/// Which samples of which planes are painted, and with what.
private struct PaintPlan {
    private var components: [Component] = []

    /// One of brightness and the two colours.
    private struct Component {
        var plane: Int
        var offset: Int
        /// Bytes from sample to sample.
        var step: Int
        var value: UInt8
        /// In samples of this component.
        var spans: [PolygonRaster.Span]
    }

    private static let noColour: UInt8 = 128

    init() {}

    init(_ raster: PolygonRaster, of size: FrameSize, _ format: Int32, black: UInt8) {
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(format))?.pointee else { return }
        let all = [description.comp.0, description.comp.1, description.comp.2]
        // A fourth one is opacity, which nobody here looks at.
        for (index, component) in all.prefix(Int(description.nb_components) >= 3 ? 3 : 1).enumerated() {
            let isColour = index > 0
            components.append(
                Component(
                    plane: Int(component.plane),
                    offset: Int(component.offset),
                    step: Int(component.step),
                    value: isColour ? Self.noColour : black,
                    spans: isColour
                        ? raster.shrunk(
                            across: Int(description.log2_chroma_w),
                            down: Int(description.log2_chroma_h),
                            size: size
                        ).spans : raster.spans
                )
            )
        }
    }

    /// Whether a pixel format has brightness and colours in whole bytes, wherever they lie.
    static func takes(_ format: Int32) -> Bool {
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(format))?.pointee else { return false }
        let unlike = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
        guard description.flags & UInt64(unlike) == 0 else { return false }
        let components: [AVComponentDescriptor] = [description.comp.0, description.comp.1, description.comp.2]
        return components.prefix(Int(description.nb_components)).allSatisfy(isWholeByte)
    }

    private static func isWholeByte(_ component: AVComponentDescriptor) -> Bool {
        component.depth == 8 && component.shift == 0 && component.step > 0 && component.plane < 3
    }

    func paint(_ picture: AVFrame) {
        let planes = [picture.data.0, picture.data.1, picture.data.2]
        let strides = [picture.linesize.0, picture.linesize.1, picture.linesize.2].map(Int.init)
        for component in components {
            guard let plane = planes[component.plane] else { continue }
            for span in component.spans {
                // In bounds: spans are cut to the size for which the buffer was made.
                let row = plane + span.row * strides[component.plane] + component.offset
                if component.step == 1 {
                    (row + span.from).update(repeating: component.value, count: span.to - span.from)
                } else {
                    for column in span.from..<span.to { row[column * component.step] = component.value }
                }
            }
        }
    }
}
