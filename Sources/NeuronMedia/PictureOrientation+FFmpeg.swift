import CFFmpeg
import NeuronCore

extension PictureOrientation {
    /// The turn that a stream's display matrix asks for; upright without one.
    init(ofStream stream: UnsafeMutablePointer<AVStream>) {
        var size = 0
        let data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size)
        self.init(displayMatrix: data.map { UnsafeRawPointer($0) }, byteCount: size)
    }

    /// The turn of a display matrix: nine 32-bit numbers, row by row; only its upper left four matter here.
    ///
    /// The nearest quarter turn is taken, and a mirroring is not undone: motion looks the same in a mirror.
    init(displayMatrix: UnsafeRawPointer?, byteCount: Int) {
        self = .upright
        guard let displayMatrix, byteCount >= 9 * MemoryLayout<Int32>.size else { return }
        let a = Int64(displayMatrix.loadUnaligned(fromByteOffset: 0, as: Int32.self))
        let b = Int64(displayMatrix.loadUnaligned(fromByteOffset: 4, as: Int32.self))
        if abs(a) >= abs(b) {
            if a < 0 { self = .upsideDown }
        } else {
            self = b > 0 ? .clockwise : .counterClockwise
        }
    }
}
