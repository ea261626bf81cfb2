import Glibc
import Hummingbird
import NIOCore
import NeuronCore

/// A picture or a clip of the evidence folder, open for reading.
///
/// It is found folder by folder without following a link, so that nothing outside is ever served, whatever a name says or somebody
/// has put into the folder.
final class MediaFile: Sendable {
    let contentType: String
    let size: Int64
    let modified: WallTime
    /// Changes with the file.
    let tag: String
    private let descriptor: Int32

    private init(descriptor: Int32, status: stat, contentType: String) {
        self.descriptor = descriptor
        self.contentType = contentType
        size = Int64(status.st_size)
        let nanoseconds = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        modified = WallTime(nanoseconds: nanoseconds)
        tag = "\"\(String(status.st_ino, radix: 16))-\(String(nanoseconds, radix: 16))-\(String(size, radix: 16))\""
    }

    deinit { close(descriptor) }

    private static let types = ["jpg": "image/jpeg", "mp4": "video/mp4", "json": "application/json"]
    private static let deepest = 8

    /// Opens a file below a folder.
    ///
    /// - Parameters:
    ///   - name: parts with slashes between them: `2026-11-21/gate/01K3A7Q0W3.jpg`.
    ///   - folder: the evidence folder.
    /// - Returns: nil where there is none that may be served.
    /// - Throws: `CancellationError` where the process is ending.
    static func open(_ name: String, below folder: String) async throws -> MediaFile? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= deepest, parts.allSatisfy(isPlain), let last = parts.last,
            let type = types[last.split(separator: ".").last.map(String.init) ?? ""]
        else { return nil }
        return try await BlockingCall.run { open(parts, below: folder, type: type) }
    }

    /// Letters, digits, `-`, `_` and `.`, and no dot at the beginning: no hidden file and no step upwards.
    private static func isPlain(_ part: String) -> Bool {
        guard (1...128).contains(part.utf8.count), part.utf8.first != UInt8(ascii: ".") else { return false }
        return part.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
    }

    private static func open(_ parts: [String], below folder: String, type: String) -> MediaFile? {
        var place = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard place >= 0 else { return nil }
        defer { close(place) }
        for part in parts.dropLast() {
            let next = openat(place, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { return nil }
            close(place)
            place = next
        }
        // Without O_NONBLOCK a pipe that somebody put there would hold the thread.
        let descriptor = openat(place, parts[parts.count - 1], O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        return MediaFile(descriptor: descriptor, status: status, contentType: type)
    }

    /// A slow client has as long for each as one that takes nothing has altogether.
    private static let piece: Int64 = 64 << 10

    /// The bytes of a range, read piece by piece as the client takes them.
    func body(_ range: Range<Int64>) -> ResponseBody {
        ResponseBody(contentLength: Int(range.count)) { [self] writer in
            var position = range.lowerBound
            while position < range.upperBound {
                let count = Int(min(Self.piece, range.upperBound - position))
                let bytes = try await BlockingCall.run { [position] in self.read(count, at: position) }
                // A file that was cut while it was read: the connection ends, for the length is promised.
                guard !bytes.isEmpty else { throw CancellationError() }
                try await writer.write(ByteBuffer(bytes: bytes))
                position += Int64(bytes.count)
            }
            try await writer.finish(nil)
        }
    }

    private func read(_ count: Int, at position: Int64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // Sound: the call writes at most `count` bytes into room for as many.
            let got = pread(descriptor, buffer.baseAddress, count, off_t(position))
            filled = max(0, got)
        }
    }
}
