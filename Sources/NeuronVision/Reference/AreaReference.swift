/// The specification of the resampling by areas: what each sample is, with nothing done for speed.
package enum AreaReference {
    /// The weight of a source sample in an output sample, in 1/16384: the rounded running sum of what the output sample
    /// covers, less that of the samples before.
    private static func weight(of sample: Int, in index: Int, sourceSize: Int, size: Int) -> Int {
        let running = { (edge: Int) in
            let covered = min(max(edge * size - index * sourceSize, 0), sourceSize)
            return (covered * 16_384 + sourceSize / 2) / sourceSize
        }
        return running(sample + 1) - running(sample)
    }

    /// The source samples that an output sample covers, wholly or in part.
    private static func covered(by index: Int, _ sourceSize: Int, _ size: Int) -> Range<Int> {
        index * sourceSize / size..<((index + 1) * sourceSize + size - 1) / size
    }

    /// Resamples a picture without gaps between its rows to a smaller one.
    package static func resample(
        _ source: [UInt8],
        width: Int,
        height: Int,
        toWidth newWidth: Int,
        height newHeight: Int
    ) -> [UInt8] {
        var result: [UInt8] = []
        for y in 0..<newHeight {
            let rows = (0..<width).map { x in
                // In 1/64 levels.
                (covered(by: y, height, newHeight).reduce(0) { sum, row in
                    sum + weight(of: row, in: y, sourceSize: height, size: newHeight) * Int(source[row * width + x])
                } + 128) >> 8
            }
            for x in 0..<newWidth {
                let sum = covered(by: x, width, newWidth).reduce(1 << 19) { sum, column in
                    sum + weight(of: column, in: x, sourceSize: width, size: newWidth) * rows[column]
                }
                result.append(UInt8(sum >> 20))
            }
        }
        return result
    }
}
