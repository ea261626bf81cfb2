import Glibc
import NeuronConsole
import NeuronCore
import NeuronIncidents
import Synchronization

/// The text of the configuration that runs; a reload brings another.
package final class RunningText: Sendable {
    /// Where relative paths of the file begin.
    let directory: String
    private let text = Mutex<RunningConfiguration?>(nil)

    private static let longest = 1 << 20

    /// Reads a file; without one nothing is known.
    package init(path: String?) {
        directory = path.map(Directories.parent(of:)) ?? "."
        if let text = path.flatMap(Self.read) { take(text) }
    }

    /// What runs; nil where it is not known.
    var current: RunningConfiguration? { text.withLock { $0 } }

    /// Another text was taken over.
    package func take(_ yaml: String) {
        text.withLock { $0 = RunningConfiguration(digest: AlertName.digest(of: yaml), yaml: yaml) }
    }

    private static func read(_ path: String) -> String? {
        guard let file = try? OpenFile(path: path, flags: O_RDONLY), let status = try? file.status(),
            status.isRegularFile, status.size <= longest,
            let bytes = try? file.read(at: 0, count: Int(status.size))
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
