package import Foundation
import NeuronIncidents

/// Runs `scripts/check-alerts` over alert events, with the schema that the product publishes.
///
/// - Parameters:
///   - lines: events, one line each without a line end.
///   - closed: whether every start must have its end among them.
/// - Returns: one line a mistake; empty where there is none.
/// - Throws: when the check could not be run.
package func mistakes(in lines: [[UInt8]], closed: Bool) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "alerts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let schema = folder.appending(path: "schema.json")
    let events = folder.appending(path: "alerts.jsonl")
    try Data(AlertSchema.json.utf8).write(to: schema)
    try Data(lines.flatMap { $0 + [UInt8(ascii: "\n")] }).write(to: events)
    let process = Process()
    process.executableURL = Repository.root.appending(path: "scripts/check-alerts")
    process.arguments = ["--schema", schema.path()] + (closed ? ["--closed"] : [])
    process.standardInput = try FileHandle(forReadingFrom: events)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? "" : text.isEmpty ? "the check failed without a word" : text
}

/// Where this checkout lies.
package enum Repository {
    /// The folder that holds Package.swift.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
