import Foundation
import Glibc

/// The built program, run as its users run it.
package final class NeurondProcess: Sendable {
    private let process: ChildProcess
    private let folder: TemporaryDirectory

    /// What a run that has ended left behind.
    package struct Result: Sendable {
        package var status: Int32
        /// Standard output, line by line, without line ends.
        package var lines: [[UInt8]]
        package var errors: String

        /// One field of each line, found by `jq`'s path of keys.
        package func values(_ keys: String...) throws -> [String] {
            try lines.map { line in
                var value: Any? = try JSONSerialization.jsonObject(with: Data(line))
                for key in keys { value = (value as? [String: Any])?[key] }
                return value.map { "\($0)" } ?? "nil"
            }
        }
    }

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - arguments: as on the command line, without the name.
    ///   - environment: variables besides those of this process.
    ///   - directory: where it runs; this process's own folder unless given.
    /// - Throws: if it cannot be started.
    package init(_ arguments: [String], environment: [String: String] = [:], in directory: String? = nil) throws {
        folder = try TemporaryDirectory()
        let output = try folder.opened("out")
        let errors = try folder.opened("err")
        defer { for descriptor in [output, errors] { close(descriptor) } }
        process = try ChildProcess(
            [Self.path] + arguments,
            .init(output: output, errors: errors, environment: environment, directory: directory),
            isGuarded: true
        )
    }

    /// Runs the program to its end.
    package static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
        try NeurondProcess(arguments, environment: environment).end()
    }

    package var id: Int32 { process.id }

    /// What it has written to standard output so far, whole lines only.
    package var lines: [[UInt8]] {
        let bytes = (try? TemporaryDirectory.read(folder.file("out"))) ?? []
        let whole = bytes.prefix((bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
        return whole.split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    /// What it has written to standard error so far.
    package var errors: String {
        String(decoding: (try? TemporaryDirectory.read(folder.file("err"))) ?? [], as: UTF8.self)
    }

    /// Waits until its output satisfies a condition; false when the time is over or the program has ended before.
    package func waits(upTo seconds: Double, for condition: (NeurondProcess) -> Bool) async -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            if condition(self) { return true }
            guard process.isRunning else { return condition(self) }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return condition(self)
    }

    /// Whether a word has been written so far, as part of an alert's type for example.
    package func hasPrinted(_ word: String) -> Bool {
        lines.contains { String(decoding: $0, as: UTF8.self).contains(word) }
    }

    /// Asks it to stop, and waits for its end.
    package func stop() -> Result {
        process.signal(SIGTERM)
        return end()
    }

    /// Ends it as a power cut would.
    package func kill() { process.kill() }

    /// Waits for its end.
    package func end() -> Result {
        Result(status: process.wait(), lines: lines, errors: errors)
    }

    /// Where the built program lies, for a shell that is to start it.
    package static let path = ChildProcess.path(ofBuilt: "neurond")
}
