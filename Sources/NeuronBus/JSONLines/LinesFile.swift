import Glibc
import NeuronCore

/// One file of whole lines, open for appending.
///
/// It ends with a line end whenever no call is under way: what a crash or a full disk left of a line is cut off again, for
/// the outbox sends that line once more.
struct LinesFile: ~Copyable, Sendable {
    private let file: OpenFile
    private let identity: FileStatus
    /// Length of the whole lines in bytes.
    private(set) var size: Int64

    /// Damage is searched within this length from the end, which is more than one unflushed write can have.
    private static let longestTail: Int64 = 4 << 20

    /// Opens a file or makes it with mode 0640, takes its lock and repairs its end.
    init(path: String) throws(JSONLinesError) {
        do throws(SystemError) {
            let found = try FileStatus(path: path)
            let file = try Self.open(path)
            let status = try file.status()
            guard status.isRegularFile else { throw SystemError("", number: Self.EFTYPE) }
            guard try file.lockExclusively() else { throw SystemError("", number: EWOULDBLOCK) }
            if found == nil { try Directories.synchronise(Directories.parent(of: path)) }
            size = try Self.repair(file, size: status.size)
            identity = status
            self.file = file
        } catch {
            throw Self.explained(error, path: path)
        }
    }

    deinit { file.unlock() }

    /// Stands for "is of no kind that we write to" and "does not look like lines of JSON" until the text is made.
    private static let EFTYPE: Int32 = -1
    private static let ENOTLINES: Int32 = -2

    private static func open(_ path: String) throws(SystemError) -> OpenFile {
        // Without O_NONBLOCK a FIFO would wait for its reader here; a regular file does not care.
        try OpenFile(path: path, flags: O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o640)
    }

    private static func explained(_ error: SystemError, path: String) -> JSONLinesError {
        switch error.number {
        case ELOOP: .unsuitable(path, "it is a symbolic link")
        case EISDIR: .unsuitable(path, "it is a folder")
        case EFTYPE, ENXIO: .unsuitable(path, "it is no regular file")
        case ENOTLINES: .unsuitable(path, "what is in it is not JSON Lines")
        case EWOULDBLOCK: .locked(path)
        default: .system(error)
        }
    }

    /// Cuts a torn end off and gives the size that is left.
    ///
    /// A kill leaves the first part of a line. A power cut may also leave zeros where the file had grown already and its
    /// bytes were not flushed yet, even with whole lines behind them.
    private static func repair(_ file: borrowing OpenFile, size: Int64) throws(SystemError) -> Int64 {
        let start = max(0, size - longestTail)
        let tail = try file.read(at: start, count: Int(size - start))
        let sound = tail.firstIndex(of: 0) ?? tail.count
        let whole = tail[..<sound].lastIndex(of: lineEnd).map { $0 + 1 } ?? 0
        guard whole < tail.count else { return size }
        // A file that we never wrote must not be cut because somebody's configuration names it.
        let isOurs = (start == 0 || whole > 0) && [0, UInt8(ascii: "{")].contains(tail[whole])
        guard isOurs else { throw SystemError("", number: ENOTLINES) }
        try file.truncate(to: start + Int64(whole))
        try file.synchronise()
        return start + Int64(whole)
    }

    /// Whether the path still names this file.
    func isAt(_ path: String) throws(SystemError) -> Bool {
        guard let now = try FileStatus(path: path) else { return false }
        return now.isSameFile(as: identity)
    }

    /// Appends whole lines; what was written of them is cut off again when it does not all fit.
    mutating func append(_ lines: [UInt8]) throws(SystemError) {
        do {
            try file.write(lines)
            size += Int64(lines.count)
        } catch {
            // When this fails too, the next opening repairs the end.
            try? file.truncate(to: size)
            throw error
        }
    }

    /// Waits until all lines are on the medium.
    func synchronise() throws(SystemError) { try file.synchronise() }
}

/// The byte after each line.
let lineEnd = UInt8(ascii: "\n")
