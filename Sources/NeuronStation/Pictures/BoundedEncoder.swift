import NeuronCore
import NeuronMedia

/// Encodes pictures as JPEG files of no more than so many bytes: what a view or a message can carry.
struct BoundedEncoder: ~Copyable {
    /// How large a file may be.
    struct Bounds: Sendable {
        var bytes: Int
        /// What is tried one after the other: the longer edge, and the quality, 2 (best) to 31.
        var attempts: [(edge: Int, quality: Int)]

        /// For people who watch: a phone shows no more pixels, and the noise of a night is not worth its bytes.
        static let view = Bounds(bytes: 256 << 10, attempts: [(1280, 5), (1280, 12), (800, 16), (400, 24)])
        /// For messages on a bus.
        static let message = Bounds(bytes: 64 << 10, attempts: [(640, 6), (640, 14), (400, 20), (240, 28)])
    }

    private let bounds: Bounds
    private var writer = PictureWriter(.jpeg)
    /// The attempt that was good enough last; the next picture is much the same.
    private var first = 0

    init(_ bounds: Bounds) { self.bounds = bounds }

    /// Encodes a picture; nil where it fits by no attempt.
    mutating func file(of picture: ColourPicture) -> (jpeg: [UInt8], size: FrameSize)? {
        // From time to time the better one is tried again, since a scene becomes calm too.
        if first > 0 { first -= 1 }
        while first < bounds.attempts.count {
            let attempt = bounds.attempts[first]
            let size = Self.size(of: picture.size, edge: attempt.edge)
            guard let jpeg = try? writer.file(of: picture, size: size, quality: attempt.quality) else { return nil }
            if jpeg.count <= bounds.bytes { return (jpeg, size) }
            first += 1
        }
        return nil
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
