import Glibc
import Testing

/// A folder that lives as long as its test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/neurond-configuration-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        for name in ["secret", "gate-north", "pipe", "neurond.yaml"] { unlink(path + "/" + name) }
        rmdir(path)
    }

    func write(_ bytes: [UInt8], to name: String, mode: mode_t) throws -> String {
        let file = path + "/" + name
        unlink(file)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
        try #require(fchmod(descriptor, mode) == 0)
        return file
    }
}
