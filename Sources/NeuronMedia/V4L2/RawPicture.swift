import CFFmpeg
import NeuronCore

/// How an uncompressed picture lies in a device's buffer, and how it is copied out of it without gaps.
///
/// What comes out is what FFmpeg's decoder of raw video takes: plane after plane, row after row.
struct RawPicture: Sendable, Hashable {
    /// Bytes that the buffer must hold.
    let neededBytes: Int
    /// Bytes of the copy.
    let byteCount: Int
    private let planes: [Plane]

    private struct Plane: Sendable, Hashable {
        var offset: Int
        var stride: Int
        var rowBytes: Int
        var rows: Int
    }

    /// Computes the layout.
    ///
    /// - Parameters:
    ///   - format: an uncompressed one; else the result is nil.
    ///   - size: of the picture.
    ///   - bytesPerLine: from row to row of the first plane; less than a row, as 0, means that rows follow each other.
    init?(_ format: CaptureFormat, size: FrameSize, bytesPerLine: Int) {
        guard format.pixelFormat != nil, CodecContext.isBearable(size) else { return nil }
        let (halfWidth, halfHeight) = ((size.width + 1) / 2, (size.height + 1) / 2)
        let rows: [(bytes: Int, count: Int, shrink: Int)] =
            switch format {
            case .grey: [(size.width, size.height, 1)]
            case .yuyv, .uyvy: [(halfWidth * 4, size.height, 1)]
            case .nv12: [(size.width, size.height, 1), (halfWidth * 2, halfHeight, 1)]
            case .yu12: [(size.width, size.height, 1), (halfWidth, halfHeight, 2), (halfWidth, halfHeight, 2)]
            case .mjpeg, .h264: []
            }
        guard let first = rows.first else { return nil }
        // A gap that is larger than the row itself is no padding any more.
        let isPadded = bytesPerLine > first.bytes && bytesPerLine <= first.bytes * 2 + 4096
        var planes: [Plane] = []
        var offset = 0
        for row in rows {
            let stride = isPadded ? max(row.bytes, bytesPerLine / row.shrink) : row.bytes
            planes.append(Plane(offset: offset, stride: stride, rowBytes: row.bytes, rows: row.count))
            offset += stride * row.count
        }
        self.planes = planes
        byteCount = rows.reduce(0) { $0 + $1.bytes * $1.count }
        // Behind the last row there need be no padding.
        neededBytes = offset - (planes.last.map { $0.stride - $0.rowBytes } ?? 0)
    }

    /// Copies a picture.
    ///
    /// - Parameters:
    ///   - source: at least ``neededBytes``.
    ///   - target: at least ``byteCount``.
    func copy(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
        precondition(source.count >= neededBytes && target.count >= byteCount)
        var written = 0
        for plane in planes {
            // Rows that follow each other go in one piece.
            let isWhole = plane.stride == plane.rowBytes
            let (length, count) = isWhole ? (plane.rowBytes * plane.rows, 1) : (plane.rowBytes, plane.rows)
            for row in 0..<count {
                let start = plane.offset + row * plane.stride
                let piece = UnsafeRawBufferPointer(rebasing: source[start..<start + length])
                UnsafeMutableRawBufferPointer(rebasing: target[written..<written + length]).copyMemory(from: piece)
                written += length
            }
        }
    }
}
