import Glibc
import NeuronCore
package import NeuronMedia

/// Where annotated pictures go: an MP4 file, or a folder of numbered pictures.
package enum AnnotationTarget: Sendable, Hashable {
    case video(path: String)
    /// The folder is made where it is missing, but not the folders above it.
    case folder(path: String, format: PictureWriter.Format)

    /// The target that a path names: `.mp4` is a video, a name without another ending of a video is a folder.
    ///
    /// - Parameters:
    ///   - path: as given.
    ///   - format: of the pictures in a folder.
    /// - Throws: `StationError` where the path can be meant as neither.
    package init(path: String, format: PictureWriter.Format) throws(StationError) {
        let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased()
        switch ending {
        case "mp4": self = .video(path: path)
        case "mkv", "avi", "mov", "webm", "ts", "jpg", "jpeg", "png", "gif":
            throw .usage("--output takes NAME.mp4 or a folder for numbered pictures, not '\(path)'.")
        default: self = .folder(path: path, format: format)
        }
    }

    package var path: String {
        switch self {
        case .video(let path), .folder(let path, _): path
        }
    }
}

/// Writes annotated pictures one after another; like those of alerts they are for nobody but who made them.
struct AnnotationOutput: ~Copyable {
    private let target: AnnotationTarget
    private var video: VideoWriter?
    private var pictures: PictureWriter?
    private(set) var count = 0

    init(_ target: AnnotationTarget) { self.target = target }

    mutating func add(_ picture: ColourPicture, at time: MediaTime) throws {
        switch target {
        case .video(let path):
            var writer = if let open = video.take() { open } else { try VideoWriter(path: path, size: picture.size) }
            try writer.write(picture, at: time)
            video = consume writer
        case .folder(let path, let format):
            if count == 0 { try Self.make(path) }
            var writer = if let open = pictures.take() { open } else { PictureWriter(format) }
            let bytes = try writer.file(of: picture)
            pictures = consume writer
            let number = String(count + 1)
            let name = String(repeating: "0", count: max(0, 6 - number.count)) + number + "." + format.fileEnding
            try OpenFile(path: path + "/" + name, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).write(bytes)
        }
        count += 1
    }

    /// Closes a video, which only then has its name.
    mutating func finish() throws {
        guard var writer = video.take() else { return }
        try writer.finish()
    }

    private static func make(_ folder: String) throws(SystemError) {
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        throw SystemError("make the folder \(folder)")
    }
}
