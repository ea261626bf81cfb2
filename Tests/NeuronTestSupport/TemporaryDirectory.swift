import Foundation
import Glibc
import NeuronCore

/// A folder of one test, removed with all it holds when the last holder is gone.
package final class TemporaryDirectory: Sendable {
    package let path: String

    /// Makes an empty folder below the system's one for temporary files.
    package init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("neurond-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    /// The path of a file in it.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file and gives its path.
    package func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    /// Opens a file to write at its end, for a program that is given the descriptor; whoever asked closes it.
    package func opened(_ name: String) throws -> Int32 {
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError("open \(file(name))") }
        return descriptor
    }

    /// All bytes of a file.
    package static func read(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
