import NeuronCore

/// The names in a folder.
enum FolderListing {
    /// All names but `.` and `..`, sorted; empty where the folder cannot be read.
    static func names(in path: String) -> [String] {
        Directories.names(in: path)
    }

    /// The folders in a folder; a link to one is none.
    static func folders(in path: String) -> [String] {
        names(in: path).filter { (try? FileStatus(path: "\(path)/\($0)"))?.isDirectory == true }
    }
}
