import CFFmpeg
import NeuronCore
import Testing

@testable import NeuronMedia

/// The brightness of pictures in memory, of each kind of pixels and range, for the detector and for people.
@Suite struct PictureRangeTests {
    private static let size = FrameSize(width: 70, height: 12)
    private static let blue = 200

    /// What the brightness of a pixel is, in the levels of so many bits.
    private static func luma(_ x: Int, _ y: Int, depth: Int, isFull: Bool) -> Int {
        let (first, last) = isFull ? (0, (1 << depth) - 1) : (16 << (depth - 8), 235 << (depth - 8))
        return first + (x * 53 + y * 97) % (last - first + 1)
    }

    /// A picture of a pixel format; its colours are everywhere the same.
    private func picture(_ name: String, isFull: Bool) throws -> FrameBuffer {
        let format = av_get_pix_fmt(name)
        let description = try #require(av_pix_fmt_desc_get(format))
        let buffer = try FrameBuffer()
        let frame = buffer.native
        (frame.pointee.width, frame.pointee.height) = (Int32(Self.size.width), Int32(Self.size.height))
        frame.pointee.format = format.rawValue
        frame.pointee.color_range = isFull ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        try #require(av_frame_get_buffer(frame, 0) >= 0)
        let depth = depth(of: name)
        var planes = [frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, frame.pointee.data.3]
        let strides = [
            frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2, frame.pointee.linesize.3,
        ]
        // What is written is added to what is there.
        for buffer in [frame.pointee.buf.0, frame.pointee.buf.1, frame.pointee.buf.2].compactMap(\.self) {
            buffer.pointee.data.update(repeating: 0, count: buffer.pointee.size)
        }
        for y in 0..<Self.size.height {
            let row = (0..<Self.size.width).map { UInt16(Self.luma($0, y, depth: depth, isFull: isFull)) }
            av_write_image_line(row, &planes, strides, description, 0, Int32(y), 0, Int32(row.count))
        }
        let colours = Int(description.pointee.nb_components) >= 3 ? [1: Self.blue, 2: 128] : [:]
        for (component, level) in colours {
            let width = Self.size.width >> Int(description.pointee.log2_chroma_w)
            let row = [UInt16](repeating: UInt16(level << (depth - 8)), count: width)
            for y in 0..<Self.size.height >> Int(description.pointee.log2_chroma_h) {
                av_write_image_line(row, &planes, strides, description, 0, Int32(y), Int32(component), Int32(width))
            }
        }
        return buffer
    }

    private func depth(of name: String) -> Int {
        Int(av_pix_fmt_desc_get(av_get_pix_fmt(name))?.pointee.comp.0.depth ?? 0)
    }

    /// What people are shown of a picture.
    private func shown(_ frame: borrowing FrameBuffer, by converter: inout ColourConverter) throws -> ColourPicture {
        let samples = try #require(frame.native.pointee.data.0)
        let lent = DecodedFrame(
            time: .zero,
            storedSize: Self.size,
            orientation: .upright,
            native: frame.native,
            samples: samples,
            stride: Int(frame.native.pointee.linesize.0),
            chroma: nil
        )
        let picture = converter.picture(of: lent)
        return try #require(picture)
    }

    @Test(
        arguments: [
            "yuv420p", "nv12", "yuyv422", "uyvy422", "gray", "yuv420p10le", "yuv422p10le", "yuv420p12le", "yuv420p10be",
            "p010le", "p016le", "y210le", "gray10le", "gray16be",
        ],
        [false, true]
    )
    func `the detector sees the upper eight bits, in the range that they have`(name: String, isFull: Bool) throws {
        let depth = depth(of: name)
        let frame = try picture(name, isFull: isFull)
        var source = LumaSource()
        let found = source.samples(of: frame.native.pointee)
        let luma = try #require(found)
        for y in 0..<Self.size.height {
            for x in 0..<Self.size.width {
                let expected = Self.luma(x, y, depth: depth, isFull: isFull) >> (depth - 8)
                try #require(Int(luma.samples[y * luma.stride + x]) == expected, "\(x), \(y)")
            }
        }
    }

    @Test(
        arguments: [
            "yuv420p", "yuvj420p", "nv12", "yuyv422", "uyvy422", "gray", "yuv420p10le", "yuv422p10le", "p010le",
            "gray10le",
        ],
        [false, true]
    )
    func `people see a limited range, whatever the stream has`(name: String, isFull: Bool) throws {
        let depth = depth(of: name)
        var converter = ColourConverter()
        let shown = try shown(picture(name, isFull: isFull), by: &converter)
        let full = Double((1 << depth) - 1)
        for y in 0..<Self.size.height {
            for x in 0..<Self.size.width {
                let level = Double(Self.luma(x, y, depth: depth, isFull: isFull))
                let expected = isFull ? 16 + level * 219 / full : level / Double(1 << (depth - 8))
                let seen = Double(shown.luma[y * Self.size.width + x])
                // Of more bits FFmpeg rounds by a pattern.
                try #require(abs(seen - expected) <= (depth > 8 ? 1.75 : 1.01), "\(x), \(y)")
            }
        }
        let blue = name.hasPrefix("gray") ? 128 : isFull ? 128 + Double(Self.blue - 128) * 224 / 255 : Double(Self.blue)
        #expect(shown.blue.allSatisfy { abs(Double($0) - blue) <= 1.01 }, "\(shown.blue[0])")
    }

    @Test func `another picture of the same kind is not taken for the range of the one before`() throws {
        var converter = ColourConverter()
        for isFull in [false, true, false] {
            let shown = try shown(picture("nv12", isFull: isFull), by: &converter)
            #expect(shown.luma[0] == 16)
            #expect((shown.luma[1] == UInt8(Self.luma(1, 0, depth: 8, isFull: isFull))) == !isFull)
        }
    }
}
