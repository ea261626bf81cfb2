import Foundation
import NeuronTestSupport
import Testing

/// The alerts of the fixture clips, byte for byte as `fixtures/golden.txt` remembers them.
///
/// A line there is a clip's name, the hash of its file and the hash of the lines of its replay. Where the clip's own bytes are
/// others, as with another FFmpeg, its alerts are not comparable. After a change that is meant to change alerts:
/// `NEURON_UPDATE_GOLDEN=1 swift test --filter GoldenReplay`; the diff shows how many clips it touches.
@Suite(.timeLimit(.minutes(10)), .serialized) struct GoldenReplayTests {
    private struct Golden: Equatable, CustomStringConvertible {
        var name: String
        var clip: String
        var alerts: String

        var description: String { "\(name) \(clip) \(alerts)" }
    }

    private static let file = FixtureLabel.path(of: "golden.txt")

    private func remembered() throws -> [Golden] {
        try String(contentsOfFile: Self.file, encoding: .utf8).split(separator: "\n").map { line in
            let fields = line.split(separator: " ").map(String.init)
            return Golden(name: fields[0], clip: fields[1], alerts: fields[2])
        }
    }

    private func hash(of path: String) throws -> String {
        String(try CommandLineTool.run("sha256sum", [path]).prefix(16))
    }

    private func found() throws -> [Golden] {
        let folder = try TemporaryDirectory()
        return try (FixtureLabel.all + FixtureLabel.tampered).map { label in
            let result = try NeurondProcess.run(["replay", label.clip])
            let lines = result.lines.flatMap { $0 + [UInt8(ascii: "\n")] }
            let file = try folder.write(lines, to: label.name)
            return Golden(name: label.name, clip: try hash(of: label.clip), alerts: try hash(of: file))
        }
    }

    @Test func `each clip gives the alerts that it gave before, byte for byte`() throws {
        let found = try found()
        if ProcessInfo.processInfo.environment["NEURON_UPDATE_GOLDEN"] != nil {
            let text = found.map { "\($0)\n" }.joined()
            try text.write(toFile: Self.file, atomically: true, encoding: .utf8)
        }
        let remembered = try remembered()
        #expect(remembered.map(\.name) == found.map(\.name))
        for (golden, now) in zip(remembered, found) where golden.clip == now.clip { #expect(golden == now) }
    }
}
