import Glibc
import NeuronCore

/// The names in a folder.
enum FolderListing {
    /// All names but `.` and `..`, sorted; empty where the folder cannot be read.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The folders in a folder; a link to one is none.
    static func folders(in path: String) -> [String] {
        names(in: path).filter { (try? FileStatus(path: "\(path)/\($0)"))?.isDirectory == true }
    }
}
