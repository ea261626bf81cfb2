import Glibc

/// A program of the system that a test needs, run to its end.
package enum CommandLineTool {
    /// Runs a program found on the path and waits for it.
    ///
    /// - Parameters:
    ///   - name: `ffmpeg`, for example.
    ///   - arguments: passed as they are; no shell is in between.
    /// - Returns: what it wrote to standard output.
    /// - Throws: if it cannot be started or its exit code is not 0; the error holds what it said.
    @discardableResult
    package static func run(_ name: String, _ arguments: [String]) throws -> String {
        let folder = try TemporaryDirectory()
        let status = try run(name, arguments, in: folder)
        let text = String(decoding: try TemporaryDirectory.read(folder.file("out")), as: UTF8.self)
        guard status == 0 else {
            let complaint = String(decoding: try TemporaryDirectory.read(folder.file("err")), as: UTF8.self)
            throw Failure(description: "\(name) ended with \(status): \(complaint)")
        }
        return text
    }

    /// Files and no pipes: neither output fills up while the other is read.
    private static func run(_ name: String, _ arguments: [String], in folder: TemporaryDirectory) throws -> Int32 {
        let output = try folder.opened("out")
        let errors = try folder.opened("err")
        defer { for descriptor in [output, errors] { close(descriptor) } }
        return try ChildProcess(["/usr/bin/env", name] + arguments, .init(output: output, errors: errors)).wait()
    }

    /// Why a program did not do what a test needs.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
