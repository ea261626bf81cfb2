import NeuronCore
import Testing

@testable import NeuronMedia

/// From what lies in a device's buffer to the brightness that the detector sees.
@Suite struct CapturedPictureTests {
    /// Row padding of 0 means that rows follow each other.
    private struct Sample {
        var format: CaptureFormat
        var size: FrameSize
        var padding = 0

        func luma(_ x: Int, _ y: Int) -> UInt8 { UInt8(truncatingIfNeeded: 16 + x * 7 + y * 13) }

        /// The buffer as a driver fills it; what is padding holds 0xEE.
        var buffer: [UInt8] {
            let (width, height) = (size.width, size.height)
            let (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2)
            var bytes: [UInt8] = []
            func add(_ row: [UInt8], _ padding: Int) { bytes += row + [UInt8](repeating: 0xEE, count: padding) }
            for y in 0..<height {
                let row = (0..<width).map { luma($0, y) }
                let pairs = (0..<halfWidth * 2).map { x in luma(min(x, width - 1), y) }
                switch format {
                case .yuyv: add(pairs.flatMap { [$0, 128] }, padding)
                case .uyvy: add(pairs.flatMap { [128, $0] }, padding)
                default: add(row, padding)
                }
            }
            if format == .nv12 {
                for _ in 0..<halfHeight {
                    add([UInt8](repeating: 100, count: halfWidth * 2), max(0, bytesPerLine - halfWidth * 2))
                }
            }
            if format == .yu12 {
                for _ in 0..<halfHeight * 2 {
                    add([UInt8](repeating: 100, count: halfWidth), max(0, bytesPerLine / 2 - halfWidth))
                }
            }
            return bytes
        }

        var bytesPerLine: Int {
            (format == .yuyv || format == .uyvy ? (size.width + 1) / 2 * 4 : size.width) + padding
        }
    }

    private func shown(_ sample: Sample, _ bytes: [UInt8]) throws -> [[UInt8]]? {
        let layout = RawPicture(sample.format, size: sample.size, bytesPerLine: sample.bytesPerLine)
        let copier = PictureCopier(format: sample.format, layout: layout)
        guard let handle = try bytes.withUnsafeBytes({ try copier.packet(of: $0, isMarked: false) }) else { return nil }
        let setup = CaptureSetup(copier: copier, size: sample.size, rate: nil, isFullRange: false, remarks: [])
        var decoder = try VideoDecoder(for: DecoderParameters(capturing: setup, interval: .milliseconds(40)))
        let facts = PacketFacts(time: .zero, isKeyframe: true, byteCount: handle.byteCount, isIntraOnly: true)
        let packet = CompressedPacket(handle, facts: facts, presentationTime: .zero, decodingTime: .zero)
        var rows: [[UInt8]] = []
        try decoder.decode(packet) { frame in
            frame.withLuma { plane in
                rows = (0..<plane.height).map { y in
                    (0..<plane.width).map { plane.samples[y * plane.stride + $0] }
                }
            }
        }
        return rows
    }

    @Test(arguments: [CaptureFormat.nv12, .yu12, .grey, .yuyv, .uyvy], [0, 6, 32])
    func `the brightness of every pixel comes through`(format: CaptureFormat, padding: Int) throws {
        for size in [FrameSize(width: 64, height: 48), FrameSize(width: 34, height: 22)] {
            let sample = Sample(format: format, size: size, padding: padding)
            let rows = try #require(try shown(sample, sample.buffer))
            let expected = (0..<size.height).map { y in (0..<size.width).map { sample.luma($0, y) } }
            #expect(rows == expected, "\(format) \(size) with \(padding)")
        }
    }

    @Test(arguments: [CaptureFormat.nv12, .yu12, .grey, .yuyv])
    func `odd sizes come through where chroma is shared`(format: CaptureFormat) throws {
        let sample = Sample(format: format, size: FrameSize(width: 35, height: 21))
        let rows = try #require(try shown(sample, sample.buffer))
        #expect(rows == (0..<21).map { y in (0..<35).map { sample.luma($0, y) } })
    }

    @Test(arguments: [CaptureFormat.nv12, .yu12, .grey, .yuyv, .uyvy])
    func `fewer bytes than a picture has are none, and more are left where they are`(format: CaptureFormat) throws {
        let sample = Sample(format: format, size: FrameSize(width: 64, height: 48))
        let bytes = sample.buffer
        #expect(try shown(sample, Array(bytes.dropLast())) == nil)
        #expect(try shown(sample, []) == nil)
        #expect(try shown(sample, bytes + [1, 2, 3]) == shown(sample, bytes))
    }

    @Test func `what a driver says of its rows is not believed where it is absurd`() {
        let size = FrameSize(width: 640, height: 480)
        let plain = RawPicture(.grey, size: size, bytesPerLine: 0)
        #expect(plain?.neededBytes == 640 * 480 && plain?.byteCount == 640 * 480)
        #expect(RawPicture(.grey, size: size, bytesPerLine: 3) == plain)
        #expect(RawPicture(.grey, size: size, bytesPerLine: .max) == plain)
        #expect(RawPicture(.grey, size: size, bytesPerLine: 704)?.neededBytes == 704 * 479 + 640)
        #expect(RawPicture(.mjpeg, size: size, bytesPerLine: 0) == nil)
        #expect(RawPicture(.grey, size: FrameSize(width: 0, height: 5), bytesPerLine: 0) == nil)
        #expect(RawPicture(.grey, size: FrameSize(width: .max, height: .max), bytesPerLine: 0) == nil)
    }

    @Test(
        arguments: [
            // Quantization: left to the colour space, full, limited; colour spaces: Rec. 709, JPEG, sRGB.
            (0, 3, false), (0, 7, true), (0, 8, false), (1, 3, true), (1, 7, true), (2, 7, false), (2, 8, false),
        ] as [(UInt32, UInt32, Bool)]
    )
    func `the range is what the driver says, or its colour space where it leaves it to that`(
        quantization: UInt32,
        colourSpace: UInt32,
        isFull: Bool
    ) {
        #expect(CaptureSetup.isFullRange(quantization: quantization, colourSpace: colourSpace) == isFull)
    }

    @Test func `an empty compressed picture is none`() throws {
        let copier = PictureCopier(format: .mjpeg, layout: nil)
        #expect(try copier.packet(of: UnsafeRawBufferPointer(start: nil, count: 0), isMarked: false) == nil)
        let packet = try [UInt8]([0xFF, 0xD8]).withUnsafeBytes { try copier.packet(of: $0, isMarked: false) }
        #expect(packet?.byteCount == 2 && packet?.isKeyframe == true)
    }

    @Test(
        arguments: [
            ([0, 0, 0, 1, 0x67, 9, 0, 0, 1, 0x68, 0, 0, 0, 1, 0x65, 7], true), ([0, 0, 1, 0x65], true),
            ([0, 0, 0, 1, 0x09, 0x30, 0, 0, 1, 0x41, 5, 0, 0, 1, 0x65], false), ([0, 0, 1, 0x61], false),
            ([0x65, 0, 0, 1], false), ([], false), ([0, 0, 0, 0, 0, 1, 0x25], true), ([0, 1, 0x65], false),
        ] as [([UInt8], Bool)]
    )
    func `an H.264 keyframe is known by its slices`(bytes: [UInt8], isKeyframe: Bool) {
        #expect(bytes.withUnsafeBytes { H264Units.isKeyframe($0) } == isKeyframe)
    }

    @Test func `lost pictures are counted by the device's own count`() {
        var tally = CaptureTally()
        #expect([5, 6, 9, 10].map { tally.note(sequence: $0) } == [0, 0, 2, 0])
        #expect(tally.note(sequence: 0) == 0)
        #expect(tally.note(sequence: 1) == 0)
        tally.damaged = 1
        #expect(tally.description == "6 pictures, 2 lost, 1 damaged")
        var wrapping = CaptureTally()
        #expect([.max - 1, 0].map { wrapping.note(sequence: $0) } == [0, 1])
        var silent = CaptureTally()
        #expect([0, 0, 0].map { silent.note(sequence: $0) } == [0, 0, 0])
    }

    @Test func `a stamp that can't be is replaced by the arrival`() {
        let now = MonotonicTime(nanoseconds: 100_000_000_000)
        func time(_ nanoseconds: Int64?) -> Int64 {
            let stamp = CaptureStamp(time: nanoseconds.map { MonotonicTime(nanoseconds: $0) })
            return stamp.time(arrivedAt: now).nanoseconds
        }
        #expect(time(99_960_000_000) == 99_960_000_000)
        for wrong: Int64? in [nil, 100_000_000_001, 0, 90_000_000_000, .min, .max] {
            #expect(time(wrong) == now.nanoseconds)
        }
    }
}
