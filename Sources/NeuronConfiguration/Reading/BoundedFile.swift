import Glibc

/// Reads small files whole, and never more of them than was agreed.
enum BoundedFile {
    /// Reads up to so many bytes of a regular file.
    ///
    /// - Throws: ``FileFault`` when it can't be opened or read, or is no regular file.
    static func read(_ path: String, maxBytes: Int) throws(FileFault) -> [UInt8] {
        try readWithMode(path, maxBytes: maxBytes).bytes
    }

    /// Reads like ``read(_:maxBytes:)`` and tells the file's permission bits.
    static func readWithMode(_ path: String, maxBytes: Int) throws(FileFault) -> (bytes: [UInt8], mode: UInt32) {
        // Not blocking, so that a FIFO without a writer can't stop the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFault(path: path, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileFault(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileFault(
                path: path,
                reason: status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is no regular file"
            )
        }
        return (try contents(of: descriptor, path: path, maxBytes: maxBytes), status.st_mode & 0o7777)
    }

    private static func contents(of descriptor: Int32, path: String, maxBytes: Int) throws(FileFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < maxBytes {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, maxBytes - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFault(path: path, errno: errno) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }
}

/// Why a file could not be read.
struct FileFault: Error {
    var path: String
    var reason: String

    init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    init(path: String, errno code: Int32) {
        self.init(path: path, reason: String(cString: strerror(code)))
    }

    var sentence: String { "The file can't be read: \(reason)." }
}
