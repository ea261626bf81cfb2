import Glibc

/// A file descriptor of our own; it is closed when this value goes.
///
/// Calls block: use it on a thread that may, never on Swift's cooperative pool.
package struct OpenFile: ~Copyable, Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens a file; children of this process don't inherit it.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - flags: `O_RDWR | O_CREAT` and the like; `O_CLOEXEC` is added.
    ///   - mode: the permissions of a file that is made by this.
    /// - Throws: what the system said.
    package init(path: String, flags: Int32, mode: UInt32 = 0o600) throws(SystemError) {
        let opened = try retryingInterrupts("open \(path)") { Int(open(path, flags | O_CLOEXEC, mode)) }
        self.path = path
        descriptor = Int32(opened)
    }

    deinit { close(descriptor) }

    /// What the file is: kind, size and the pair of device and inode that names it.
    package func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("inspect \(path)") }
        return FileStatus(status)
    }

    /// Writes all bytes where the file stands, or at its end with `O_APPEND`.
    ///
    /// - Throws: when not all of it could be written; a part may then be in the file.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            written += try retryingInterrupts("write \(path)") {
                bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            }
        }
    }

    /// Reads up to `count` bytes from an offset; fewer only at the file's end.
    package func read(at offset: Int64, count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try retryingInterrupts("read \(path)") {
                bytes[filled...].withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress, $0.count, off_t(offset) + off_t(filled))
                }
            }
            if got == 0 { break }
            filled += got
        }
        return Array(bytes.prefix(filled))
    }

    /// Cuts the file, or extends it with zeros, to a size in bytes.
    package func truncate(to size: Int64) throws(SystemError) {
        try retryingInterrupts("cut \(path) to \(size) bytes") { Int(ftruncate(descriptor, off_t(size))) }
    }

    /// Takes blocks of the file system for the first `size` bytes, so that they can't run out later.
    package func reserve(_ size: Int64) throws(SystemError) {
        // This call returns its error number and leaves errno alone.
        let number = posix_fallocate(descriptor, 0, off_t(size))
        guard number == 0 else { throw SystemError("reserve \(size) bytes for \(path)", number: number) }
    }

    /// Waits until what was written is on the medium, and of the metadata what is needed to read it again.
    package func synchronise() throws(SystemError) {
        try retryingInterrupts("synchronise \(path)") { Int(fdatasync(descriptor)) }
    }

    /// Takes the advisory lock of this file for as long as it is open; false when somebody else has it.
    package func lockExclusively() throws(SystemError) -> Bool {
        do {
            try retryingInterrupts("lock \(path)") { Int(flock(descriptor, LOCK_EX | LOCK_NB)) }
            return true
        } catch let error where error.number == EWOULDBLOCK {
            return false
        }
    }

    /// Gives the lock back before the file is closed.
    ///
    /// Closing alone is not enough in a process that starts others: between its fork and its exec a child has the file
    /// open too, and with it the lock.
    package func unlock() { flock(descriptor, LOCK_UN) }
}

/// What the file system says of a path or an open file.
package struct FileStatus: Sendable, Equatable {
    package var device: UInt64
    package var inode: UInt64
    package var size: Int64
    /// Who may read, write and enter it: the lowest nine bits of its mode.
    package var permissions: UInt32
    package var isRegularFile: Bool
    package var isDirectory: Bool

    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        permissions = UInt32(status.st_mode & 0o777)
        isRegularFile = status.st_mode & S_IFMT == S_IFREG
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
    }

    /// Looks at a path without following a link at its end; nil when nothing is there.
    package init?(path: String) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw SystemError("inspect \(path)")
        }
        self.init(status)
    }

    /// Whether both are the same file.
    package func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

@discardableResult
private func retryingInterrupts(_ attempt: @autoclosure () -> String, _ call: () -> Int) throws(SystemError) -> Int {
    while true {
        let result = call()
        if result >= 0 { return result }
        let number = errno
        if number != EINTR { throw SystemError(attempt(), number: number) }
    }
}
