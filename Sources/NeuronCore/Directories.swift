import Glibc

/// Folders, and the durability of the names in them.
package enum Directories {
    /// The folder of a path: everything before the last slash, `.` without one.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes a folder and its missing parents; one that is there is left as it is.
    package static func make(_ path: String, mode: UInt32) throws(SystemError) {
        if let status = try? FileStatus(path: path + "/."), status.isDirectory { return }
        let above = parent(of: path)
        if above != path { try make(above, mode: mode) }
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemError("make the folder \(path)") }
    }

    /// Waits until the names in a folder are on the medium: after a file was made, renamed or removed in it.
    package static func synchronise(_ path: String) throws(SystemError) {
        let folder = try OpenFile(path: path, flags: O_RDONLY | O_DIRECTORY)
        try folder.synchronise()
    }

    /// The names in a folder but `.` and `..`, sorted; none where it cannot be read.
    package static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            // Read where it lies: a record is only as long as its name, and shorter than the type that is imported for it.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Renames a file within one file system; what was at the new name is replaced in one step.
    package static func rename(_ path: String, to newPath: String) throws(SystemError) {
        guard Glibc.rename(path, newPath) == 0 else { throw SystemError("rename \(path) to \(newPath)") }
    }

    /// Removes a file; false when there was none.
    @discardableResult
    package static func remove(_ path: String) throws(SystemError) -> Bool {
        if unlink(path) == 0 { return true }
        if errno == ENOENT { return false }
        throw SystemError("remove \(path)")
    }

    /// Replaces a whole file so that after a power cut either the old or the new content is there.
    package static func replace(_ path: String, with content: [UInt8], mode: UInt32) throws(SystemError) {
        let draft = path + ".new"
        try writeOut(draft, content, mode: mode)
        try rename(draft, to: path)
        try synchronise(parent(of: path))
    }

    private static func writeOut(_ path: String, _ content: [UInt8], mode: UInt32) throws(SystemError) {
        let file = try OpenFile(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        try file.write(content)
        try file.synchronise()
    }
}
