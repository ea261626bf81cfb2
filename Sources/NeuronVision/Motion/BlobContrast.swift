/// Measures how strongly a blob differs from its background.
struct BlobContrast {
    /// Of a large blob this many cells are measured, evenly spread.
    private static let mostCells = 32

    /// The mean difference of a blob's samples from the background under the estimated light, in 1/16 levels.
    static func measure(
        _ cells: ArraySlice<Int32>,
        finder: BlobFinder,
        bits: Plane<UInt8>,
        picture: Plane<UInt8>,
        background: Plane<UInt8>,
        gain: Plane<Int16>
    ) -> Int {
        var (sum, count) = (0, 0)
        let columns = picture.stride / 8
        for place in stride(from: cells.startIndex, to: cells.endIndex, by: cells.count / mostCells + 1) {
            let (row, column) = Int(cells[place]).quotientAndRemainder(dividingBy: columns)
            var word = finder.word(Int(cells[place]), of: bits)
            let light = Int(gain.samples[row * gain.stride + column * 8])
            count += word.nonzeroBitCount
            while word != 0 {
                let bit = word.trailingZeroBitCount
                word &= word - 1
                let index = (row * 8 + bit / 8) * picture.stride + column * 8 + bit % 8
                sum += abs(Int(picture.samples[index]) * 16 - Int(background.samples[index]) * light / 512)
            }
        }
        return count == 0 ? 0 : sum / count
    }
}
