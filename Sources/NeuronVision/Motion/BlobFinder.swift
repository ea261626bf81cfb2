import NeuronCore

/// Joins cells in which enough samples differ into blobs, and drops what is too small to be anything.
struct BlobFinder: Sendable {
    /// The cells of all blobs, blob after blob.
    private(set) var cells: [Int32] = []
    private(set) var blobs: [Blob] = []
    /// 1 where a cell belongs to a blob.
    private(set) var isObject: [UInt8]

    private let geometry: AnalysisGeometry
    /// 1 where a cell waits to be joined.
    private var isOpen: [UInt8]

    /// Fewer differing samples in a cell of 64 are speckle.
    static let fewestPerCell: UInt8 = 3
    private static let fewestPerBlob = 8
    /// More blobs than anyone can follow; the rest of such a frame is noise.
    private static let mostBlobs = 64

    init(geometry: AnalysisGeometry) {
        self.geometry = geometry
        isObject = Array(repeating: 0, count: geometry.cellCount)
        isOpen = isObject
        cells.reserveCapacity(geometry.cellCount)
        blobs.reserveCapacity(BlobFinder.mostBlobs)
    }

    /// Forgets the last frame's blobs.
    mutating func clear() {
        for cell in cells { isObject[Int(cell)] = 0 }
        cells.removeAll(keepingCapacity: true)
        blobs.removeAll(keepingCapacity: true)
    }

    /// Finds the blobs of a frame.
    ///
    /// - Parameters:
    ///   - bits: the differing samples.
    ///   - counts: their number in each cell.
    mutating func find(in bits: Plane<UInt8>, counts: [UInt8]) {
        clear()
        var isAny = false
        for index in counts.indices {
            let isFired = counts[index] >= BlobFinder.fewestPerCell
            isOpen[index] = isFired ? 1 : 0
            isAny = isAny || isFired
        }
        guard isAny else { return }
        for index in isOpen.indices where isOpen[index] == 1 { grow(from: index, bits: bits) }
        sortBySize()
    }

    /// Measures how strongly each blob differs from its background.
    mutating func measureContrast(
        bits: Plane<UInt8>,
        picture: Plane<UInt8>,
        background: Plane<UInt8>,
        gain: Plane<Int16>
    ) {
        for index in blobs.indices {
            blobs[index].contrast = BlobContrast.measure(
                cells[blobs[index].cells],
                finder: self,
                bits: bits,
                picture: picture,
                background: background,
                gain: gain
            )
        }
    }

    /// Measures how much of each blob lies where it fires again and again.
    mutating func measureRestlessness(_ restlessness: Restlessness) {
        for index in blobs.indices {
            let range = blobs[index].cells
            let count = cells[range].reduce(0) { restlessness.isRestless(Int($1)) ? $0 + 1 : $0 }
            blobs[index].restlessness = count * 256 / max(range.count, 1)
        }
    }

    /// The differing samples of a cell: row 0 in the lowest byte.
    func word(_ cell: Int, of bits: Plane<UInt8>) -> UInt64 {
        let (row, column) = cell.quotientAndRemainder(dividingBy: geometry.cellColumns)
        var word: UInt64 = 0
        for line in 0..<min(8, geometry.height - row * 8) {
            word |= UInt64(bits.samples[(row * 8 + line) * bits.stride + column]) << UInt64(line * 8)
        }
        return word
    }

    private mutating func grow(from seed: Int, bits: Plane<UInt8>) {
        let first = cells.count
        join(seed)
        var next = first
        var tally = Tally()
        while next < cells.count {
            let cell = Int(cells[next])
            next += 1
            let (row, column) = cell.quotientAndRemainder(dividingBy: geometry.cellColumns)
            tally.add(word(cell, of: bits), left: column * 8, top: row * 8)
            for y in max(row - 1, 0)...min(row + 1, geometry.cellRows - 1) {
                for x in max(column - 1, 0)...min(column + 1, geometry.cellColumns - 1) {
                    let neighbour = y * geometry.cellColumns + x
                    if isOpen[neighbour] == 1 { join(neighbour) }
                }
            }
        }
        guard tally.count >= BlobFinder.fewestPerBlob else {
            for cell in cells[first...] { isObject[Int(cell)] = 0 }
            cells.removeSubrange(first...)
            return
        }
        let blob = tally.blob(cells: first..<cells.count)
        if blobs.count < BlobFinder.mostBlobs { return blobs.append(blob) }
        var smallest = 0
        for index in blobs.indices where blobs[index].sampleCount < blobs[smallest].sampleCount { smallest = index }
        if blobs[smallest].sampleCount < blob.sampleCount { blobs[smallest] = blob }
    }

    /// Largest first; by insertion, as the library's sort would allocate.
    private mutating func sortBySize() {
        for end in blobs.indices.dropFirst() {
            var place = end
            while place > 0, blobs[place - 1].sampleCount < blobs[place].sampleCount {
                blobs.swapAt(place - 1, place)
                place -= 1
            }
        }
    }

    private mutating func join(_ cell: Int) {
        isOpen[cell] = 0
        isObject[cell] = 1
        cells.append(Int32(truncatingIfNeeded: cell))
    }
}

/// The sums from which a blob's size, centre and box follow.
private struct Tally {
    var count = 0
    var sumX = 0
    var sumY = 0
    var box = PixelBox(left: .max, top: .max, right: 0, bottom: 0)

    mutating func add(_ word: UInt64, left: Int, top: Int) {
        guard word != 0 else { return }
        let size = word.nonzeroBitCount
        count += size
        sumX += left * size + weight(word, 0xAAAA_AAAA_AAAA_AAAA, 0xCCCC_CCCC_CCCC_CCCC, 0xF0F0_F0F0_F0F0_F0F0)
        sumY += top * size + weight(word, 0xFF00_FF00_FF00_FF00, 0xFFFF_0000_FFFF_0000, 0xFFFF_FFFF_0000_0000)
        var columns = word | word >> 32
        columns |= columns >> 16
        let rowOfColumns = UInt8(truncatingIfNeeded: columns | columns >> 8)
        box.left = min(box.left, left + rowOfColumns.trailingZeroBitCount)
        box.right = max(box.right, left + 8 - rowOfColumns.leadingZeroBitCount)
        box.top = min(box.top, top + word.trailingZeroBitCount / 8)
        box.bottom = max(box.bottom, top + 8 - word.leadingZeroBitCount / 8)
    }

    /// The sum of the set bits' places along one axis, of which each mask selects one binary digit.
    private func weight(_ word: UInt64, _ ones: UInt64, _ twos: UInt64, _ fours: UInt64) -> Int {
        (word & ones).nonzeroBitCount + 2 * (word & twos).nonzeroBitCount + 4 * (word & fours).nonzeroBitCount
    }

    func blob(cells: Range<Int>) -> Blob {
        // Places are those of sample centres, hence the half.
        Blob(cells: cells, sampleCount: count, x: sumX * 16 / count + 8, y: sumY * 16 / count + 8, box: box)
    }
}
