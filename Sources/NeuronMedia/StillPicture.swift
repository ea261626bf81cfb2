import CFFmpeg
import Glibc
package import NeuronCore

/// The brightness of a picture file, as the picture is displayed: turned and mirrored where its file asks for it.
package struct StillPicture: Sendable {
    /// The displayed size.
    package let size: FrameSize
    private let samples: [UInt8]

    /// A file may be no larger: no picture of ``maxPixels`` needs that much.
    private static let largestFile: Int64 = 400 << 20

    /// The most pixels that a picture may have: 64 megapixels.
    package static let maxPixels = Int(CodecContext.maxPixels)

    /// Reads a JPEG, PNG, BMP, GIF, WebP, TIFF or portable any-map file; of several pictures in it the first.
    ///
    /// - Parameter path: a regular file.
    /// - Throws: `notFound` or `openFailed` where it cannot be read, `notSupported`, `invalidData` or
    ///   `unsupportedCodec` where it is no such picture.
    package init(reading path: String) throws(MediaError) {
        FFmpegRuntime.prepare()
        let file = try StillPicture.file(at: path)
        guard let format = StillFormat(of: file) else {
            throw .picture(path, "it is no \(StillFormat.allNames) file", code: .notSupported)
        }
        var decoder = try StillDecoder(format, path: path)
        (size, samples) = try decoder.decode(file)
    }

    /// Lends the brightness: 8 bits a sample in the range that the file has.
    package func withLuma<R>(_ body: (borrowing LumaPlane) -> R) -> R {
        body(LumaPlane(samples: samples.span, width: size.width, height: size.height, stride: size.width))
    }

    private static func file(at path: String) throws(MediaError) -> [UInt8] {
        do {
            // Not blocking: opening a pipe would wait for its other end.
            let file = try OpenFile(path: path, flags: O_RDONLY | O_NONBLOCK)
            let status = try file.status()
            guard status.isRegularFile else {
                throw MediaError.picture(path, "it is not a regular file", code: .openFailed)
            }
            guard status.size <= largestFile else {
                throw MediaError.picture(path, "it has more than \(largestFile >> 20) MiB", code: .notSupported)
            }
            return try file.read(at: 0, count: Int(status.size))
        } catch let error as SystemError {
            throw MediaError(
                code: error.number == ENOENT || error.number == ENOTDIR ? .notFound : .openFailed,
                message: error.description
            )
        } catch let error as MediaError {
            throw error
        } catch {
            throw .picture(path, "\(error)", code: .openFailed)
        }
    }
}

/// Which decoder a picture file needs, by its first bytes; names of files say nothing.
private struct StillFormat {
    let codec: AVCodecID

    static let allNames = "JPEG, PNG, BMP, GIF, WebP, TIFF, PBM, PGM, PPM or PAM"

    private static let beginnings: [(bytes: [UInt8], codec: AVCodecID)] = [
        ([0xFF, 0xD8, 0xFF], AV_CODEC_ID_MJPEG),
        ([0x89] + Array("PNG".utf8), AV_CODEC_ID_PNG),
        (Array("BM".utf8), AV_CODEC_ID_BMP),
        (Array("GIF8".utf8), AV_CODEC_ID_GIF),
        (Array("II*\0".utf8), AV_CODEC_ID_TIFF),
        (Array("MM\0*".utf8), AV_CODEC_ID_TIFF),
        (Array("P1".utf8), AV_CODEC_ID_PBM), (Array("P4".utf8), AV_CODEC_ID_PBM),
        (Array("P2".utf8), AV_CODEC_ID_PGM), (Array("P5".utf8), AV_CODEC_ID_PGM),
        (Array("P3".utf8), AV_CODEC_ID_PPM), (Array("P6".utf8), AV_CODEC_ID_PPM),
        (Array("P7".utf8), AV_CODEC_ID_PAM),
    ]

    init?(of file: [UInt8]) {
        if file.starts(with: "RIFF".utf8), file.dropFirst(8).starts(with: "WEBP".utf8) {
            codec = AV_CODEC_ID_WEBP
        } else if let known = StillFormat.beginnings.first(where: { file.starts(with: $0.bytes) }) {
            codec = known.codec
        } else {
            return nil
        }
    }
}

/// Decodes one picture; owns what FFmpeg needs for it.
private struct StillDecoder: ~Copyable {
    private let path: String
    private let codec: CodecContext
    private let frame: FrameBuffer
    private let packet: PacketHandle
    private var lumas = LumaSource()

    init(_ format: StillFormat, path: String) throws(MediaError) {
        let codec = try CodecContext(decodingStill: format.codec)
        let frame = try FrameBuffer()
        packet = try PacketHandle()
        self.path = path
        self.codec = codec
        self.frame = frame
    }

    mutating func decode(_ file: [UInt8]) throws(MediaError) -> (FrameSize, [UInt8]) {
        // FFmpeg copies it and pads the copy, as its readers demand.
        guard av_new_packet(packet.native, Int32(file.count)) >= 0 else { throw .allocating("a picture file") }
        file.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                packet.native.pointee.data?.update(from: start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
            }
        }
        packet.native.pointee.flags |= AV_PKT_FLAG_KEY
        var status = avcodec_send_packet(codec.native, packet.native)
        if status >= 0 {
            avcodec_send_packet(codec.native, nil)
            status = avcodec_receive_frame(codec.native, frame.native)
        }
        guard status >= 0 else {
            throw .picture(
                path,
                "its content is damaged, cut off, of more than \(StillPicture.maxPixels >> 20) megapixels or of a kind "
                    + "that is not decoded (\(ffmpegText(status)))",
                code: .invalidData
            )
        }
        guard let plane = lumas.samples(of: frame.native.pointee) else {
            throw .picture(path, "its kind of pixels cannot be turned into brightness", code: .unsupportedCodec)
        }
        let size = FrameSize(width: Int(frame.native.pointee.width), height: Int(frame.native.pointee.height))
        return DisplayTransform(ofFrame: frame).displayed(plane.samples, stride: plane.stride, size: size)
    }
}

/// How stored samples become displayed ones: swapped axes, then mirrored ones; what EXIF's eight orientations can say.
private struct DisplayTransform {
    private var isTransposed = false
    private var isMirroredAcross = false
    private var isMirroredDown = false

    /// Of the display matrix that a decoder made of the file's orientation; none leaves all as it is.
    init(ofFrame frame: borrowing FrameBuffer) {
        guard let side = av_frame_get_side_data(frame.native, AV_FRAME_DATA_DISPLAYMATRIX),
            side.pointee.size >= 9 * MemoryLayout<Int32>.size, let matrix = side.pointee.data
        else { return }
        // Displayed x is a * x + c * y, displayed y is b * x + d * y; the nearest quarter turn is taken.
        let entry = { index in
            Int64(UnsafeRawPointer(matrix).loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
        }
        let (a, b, c, d) = (entry(0), entry(1), entry(3), entry(4))
        isTransposed = abs(b) > abs(a)
        isMirroredAcross = (isTransposed ? c : a) < 0
        isMirroredDown = (isTransposed ? b : d) < 0
    }

    func displayed(_ samples: UnsafePointer<UInt8>, stride: Int, size: FrameSize) -> (FrameSize, [UInt8]) {
        if !isTransposed && !isMirroredAcross && !isMirroredDown { return (size, copied(samples, stride, size)) }
        let shown = isTransposed ? FrameSize(width: size.height, height: size.width) : size
        let turned = [UInt8](unsafeUninitializedCapacity: shown.width * shown.height) { buffer, count in
            for y in 0..<shown.height {
                let row = isMirroredDown ? shown.height - 1 - y : y
                for x in 0..<shown.width {
                    let column = isMirroredAcross ? shown.width - 1 - x : x
                    buffer[y * shown.width + x] = samples[isTransposed ? column * stride + row : row * stride + column]
                }
            }
            count = shown.width * shown.height
        }
        return (shown, turned)
    }

    private func copied(_ samples: UnsafePointer<UInt8>, _ stride: Int, _ size: FrameSize) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size.width * size.height) { buffer, count in
            for y in 0..<size.height {
                let row = UnsafeBufferPointer(start: samples + y * stride, count: size.width)
                _ = buffer[(y * size.width)...].initialize(fromContentsOf: row)
            }
            count = size.width * size.height
        }
    }
}

extension MediaError {
    /// A picture file that cannot be read or is none.
    fileprivate static func picture(_ path: String, _ reason: String, code: Code) -> MediaError {
        MediaError(code: code, message: "Could not read the picture \(path): \(reason).")
    }
}
