import NeuronCore

/// Sets a full file aside under the next number and keeps as many as wanted.
struct FileRotation: Sendable {
    let path: String
    let keepFiles: Int

    /// Renames `path` to `path.1`, what was there to `path.2` and so on; the oldest one beyond the count goes.
    ///
    /// Each step leaves every line in exactly one file: a crash in between leaves a gap in the numbers, which the next
    /// rotation fills.
    func run() throws(SystemError) {
        var gap = 1
        while gap < keepFiles, try FileStatus(path: numbered(gap)) != nil { gap += 1 }
        for number in stride(from: gap, to: 1, by: -1) {
            try Directories.rename(numbered(number - 1), to: numbered(number))
        }
        try Directories.rename(path, to: numbered(1))
        // Left over from a larger count.
        var surplus = keepFiles + 1
        while try Directories.remove(numbered(surplus)) { surplus += 1 }
        try Directories.synchronise(Directories.parent(of: path))
    }

    private func numbered(_ number: Int) -> String { "\(path).\(number)" }
}
