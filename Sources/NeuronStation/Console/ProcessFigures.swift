import Glibc
import NeuronConsole
import NeuronCore

/// What the system says of this process.
enum ProcessFigures {
    /// Nil where `/proc` is not there.
    static func now() -> ConsoleFigures.Process? {
        guard let status = text(of: "/proc/self/stat"), let end = status.lastIndex(of: ")") else { return nil }
        // Behind the name, which may hold anything: state is the third field of the file.
        let fields = status[status.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = Int64(fields[11]), let system = Int64(fields[12]),
            let threads = Int(fields[17]), let pages = Int64(fields[21])
        else { return nil }
        let ticks = Int64(sysconf(Int32(_SC_CLK_TCK)))
        return ConsoleFigures.Process(
            residentBytes: pages * Int64(sysconf(Int32(_SC_PAGESIZE))),
            cpu: TimeSpan(nanoseconds: (user + system) * (1_000_000_000 / max(1, ticks))),
            openFiles: openFiles(),
            threads: threads
        )
    }

    private static func text(of path: String) -> String? {
        guard let file = try? OpenFile(path: path, flags: O_RDONLY), let bytes = try? file.read(at: 0, count: 4096)
        else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func openFiles() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // `.`, `..` and the folder itself.
        return max(0, count - 3)
    }
}
