import Glibc
package import NeuronCore

/// How large the file system of a folder is, and what is free of it for this process.
package struct DiskSpace: Sendable, Hashable {
    package var totalBytes: Int64
    package var freeBytes: Int64

    /// Makes a reading of two numbers.
    package init(totalBytes: Int64, freeBytes: Int64) {
        self.totalBytes = totalBytes
        self.freeBytes = freeBytes
    }

    /// Asks the system; cheap, but it waits for a network disk that is gone.
    package init(of path: String) throws(SystemError) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw SystemError("ask for the free space of \(path)") }
        let block = Int64(clamping: status.f_frsize)
        totalBytes = Int64(clamping: status.f_blocks).multipliedClamping(by: block)
        freeBytes = Int64(clamping: status.f_bavail).multipliedClamping(by: block)
    }
}

extension Int64 {
    fileprivate func multipliedClamping(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
