import Foundation

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
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Both are short for the programs used here: neither pipe fills up while the other is read.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(name) ended with \(process.terminationStatus): \(complaint)")
        }
        return text
    }

    /// Why a program did not do what a test needs.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
