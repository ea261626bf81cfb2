import NeuronCore

/// One connected patch of differing samples in one frame.
struct Blob: Sendable {
    /// Its cells in ``BlobFinder/cells``.
    var cells: Range<Int>
    /// The number of differing samples.
    var sampleCount: Int
    /// Centre of its samples, in 1/16 samples.
    var x: Int
    var y: Int
    /// In analysed samples.
    var box: PixelBox
    /// Mean difference of its samples from the background, in 1/16 levels.
    var contrast = 0
    /// How many of its cells fire again and again, in 1/256.
    var restlessness = 0
}
