package import Foundation
import Glibc
import NeuronIncidents

/// Runs `scripts/check-alerts` over alert events, with the schema that the product publishes.
///
/// - Parameters:
///   - lines: events, one line each without a line end.
///   - closed: whether every start must have its end among them.
/// - Returns: one line a mistake; empty where there is none.
/// - Throws: when the check could not be run.
package func mistakes(in lines: [[UInt8]], closed: Bool) throws -> String {
    let folder = try TemporaryDirectory()
    let schema = try folder.write(AlertSchema.json.utf8, to: "schema.json")
    _ = try folder.write(lines.flatMap { $0 + [UInt8(ascii: "\n")] }, to: "alerts.jsonl")
    let input = open(folder.file("alerts.jsonl"), O_RDONLY | O_CLOEXEC)
    let output = try folder.opened("out")
    defer { for descriptor in [input, output] { close(descriptor) } }
    let status = try ChildProcess(
        [Repository.root.appending(path: "scripts/check-alerts").path(percentEncoded: false), "--schema", schema]
            + (closed ? ["--closed"] : []),
        .init(input: input, output: output, errors: output)
    ).wait()
    let text = String(decoding: try TemporaryDirectory.read(folder.file("out")), as: UTF8.self)
    return status == 0 ? "" : text.isEmpty ? "the check failed without a word" : text
}

/// Where this checkout lies.
package enum Repository {
    /// The folder that holds Package.swift.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
