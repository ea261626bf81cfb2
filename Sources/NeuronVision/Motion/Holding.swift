import NeuronCore

/// Which samples the background model learns slowly, and which for none of their noise.
struct Holding: Sendable {
    /// One bit per sample: of what is followed and has not stood for so long that it belongs to the scene.
    private(set) var held: Plane<UInt8>
    /// One bit per sample: of what goes somewhere.
    private(set) var moving: Plane<UInt8>
    private let columns: Int
    private let height: Int

    init(geometry: AnalysisGeometry) {
        columns = geometry.cellColumns
        height = geometry.height
        held = Plane(width: columns, height: height, stride: columns)
        moving = held
    }

    /// Marks the samples of blobs; speckle outside of them is noise, and is learnt as such.
    ///
    /// - Parameters:
    ///   - tracks: what is followed.
    ///   - finder: the blobs of the picture.
    ///   - marks: the samples that differ.
    ///   - restlessness: takes back what passes.
    ///   - time: the picture's time.
    mutating func mark(
        _ tracks: [Track],
        finder: BlobFinder,
        marks: Plane<UInt8>,
        forgiving restlessness: inout Restlessness,
        at time: MediaTime
    ) {
        held.clear()
        moving.clear()
        for track in tracks {
            guard let blob = track.blob, !track.isParked(at: time) else { continue }
            let isMoving = track.isMoving(at: time)
            let isPassing = isMoving && track.isPassing
            for cell in finder.cells[finder.blobs[blob].cells] {
                if isPassing { restlessness.forgive(Int(cell)) }
                let (row, column) = Int(cell).quotientAndRemainder(dividingBy: columns)
                for line in row * 8..<min(row * 8 + 8, height) {
                    let index = line * marks.stride + column
                    held.samples[index] = marks.samples[index]
                    if isMoving { moving.samples[index] = marks.samples[index] }
                }
            }
        }
    }
}
