import NeuronCore
import NeuronMedia

/// Encodes pictures as JPEG files of no more than so many bytes: what a view or a message can carry.
struct BoundedEncoder: ~Copyable {
    /// How large a file may be.
    struct Bounds: Sendable {
        var bytes: Int
        /// What is tried one after the other: the longer edge, and the quality, 2 (best) to 31.
        var attempts: [(edge: Int, quality: Int)]
        /// After so many pictures the next better attempt is tried again.
        var patience: Int

        /// For people who watch: a phone shows no more pixels, and the noise of a night is not worth its bytes.
        static let view = Bounds(
            bytes: 256 << 10,
            attempts: [(1280, 5), (1280, 12), (800, 16), (400, 24)],
            patience: 25
        )
        /// For messages on a bus: one in a while, each worth a better try.
        static let message = Bounds(
            bytes: 64 << 10,
            attempts: [(640, 6), (640, 14), (400, 20), (240, 28)],
            patience: 1
        )
    }

    private let bounds: Bounds
    private var writer = PictureWriter(.jpeg)
    /// The attempt that was good enough last; the next picture is much the same.
    private var first = 0
    /// Pictures since then.
    private var sinceChange = 0
    /// Files that were made so far, of which some were too large.
    private(set) var tried = 0

    init(_ bounds: Bounds) { self.bounds = bounds }

    /// Encodes a picture; nil where it fits by no attempt.
    mutating func file(of picture: ColourPicture) -> (jpeg: [UInt8], size: FrameSize)? {
        stepBack()
        for index in first..<bounds.attempts.count {
            let attempt = bounds.attempts[index]
            let size = Self.size(of: picture.size, edge: attempt.edge)
            tried += 1
            guard let jpeg = try? writer.file(of: picture, size: size, quality: attempt.quality) else { return nil }
            first = index
            if jpeg.count <= bounds.bytes { return (jpeg, size) }
        }
        return nil
    }

    /// From time to time the better attempt is made again, since a scene becomes calm too; at each picture it would double the work of
    /// those that can afford it least.
    private mutating func stepBack() {
        guard first > 0 else { return }
        sinceChange += 1
        guard sinceChange >= bounds.patience else { return }
        sinceChange = 0
        first -= 1
    }

    /// The same shape with no edge longer than one.
    static func size(of picture: FrameSize, edge: Int) -> FrameSize {
        let longest = max(picture.width, picture.height)
        guard longest > edge else { return picture }
        return FrameSize(
            width: max(1, picture.width * edge / longest),
            height: max(1, picture.height * edge / longest)
        )
    }
}
