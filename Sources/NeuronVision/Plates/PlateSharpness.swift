import NeuronCore

/// How crisp the characters of a plate are, so that the best of its pictures can be told.
enum PlateSharpness {
    /// The share of a region's contrast that lies between direct neighbours of a row: blur takes it away, light does not
    /// change it.
    ///
    /// - Returns: 0 for a blur or a flat region; about 1 and more for crisp characters.
    static func measure(_ plane: borrowing LumaPlane, _ box: PixelBox) -> Double {
        let (left, right) = (max(box.left, 1), min(box.right, plane.width - 1))
        let (top, bottom) = (max(box.top, 0), min(box.bottom, plane.height))
        guard left < right, top < bottom else { return 0 }
        let count = (right - left) * (bottom - top)
        var sum = 0
        for y in top..<bottom {
            for x in left..<right { sum += Int(plane.samples[y * plane.stride + x]) }
        }
        let mean = sum / count
        var (bends, contrast) = (0, 0)
        for y in top..<bottom {
            let row = y * plane.stride
            for x in left..<right {
                let middle = Int(plane.samples[row + x])
                bends += abs(2 * middle - Int(plane.samples[row + x - 1]) - Int(plane.samples[row + x + 1]))
                contrast += abs(middle - mean)
            }
        }
        // A level of contrast per sample is what noise has: a flat region is not crisp.
        return Double(bends) / Double(contrast + 4 * count)
    }
}
