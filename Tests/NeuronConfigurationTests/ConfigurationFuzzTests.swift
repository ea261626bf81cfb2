import Foundation
import Testing

@testable import NeuronConfiguration

/// Whatever stands in the file, reading ends in a configuration or in problems that lie in the file.
@Suite struct ConfigurationFuzzTests {
    /// `NEURON_SEED` starts another sequence, `NEURON_ROUNDS` makes it longer.
    private static let seed = UInt64(ProcessInfo.processInfo.environment["NEURON_SEED"] ?? "") ?? 20_261_120
    private static let rounds = Int(ProcessInfo.processInfo.environment["NEURON_ROUNDS"] ?? "") ?? 1000

    private static let tokens = [
        "&a ", "*a", "<<: ", "!x ", "!!str ", "? ", "- ", ": ", ":", "[", "]", "{", "}", ",", "#", "'", "\"", "|\n",
        ">\n", "---\n",
        "...\n", "%YAML 1.2\n", "\t", "\r", "\n", "\u{0}", "\u{FEFF}", "\u{85}", "\u{2028}", "\u{1F600}", "~", "null",
        "yes", "1e999",
        "-1", "0x10", ".nan", "10s", "64MiB", "5%", "rtsp://u:hunter2@h/s", "@", "`", "\\", "\\x00", "cameras:\n",
        "  - id: a\n",
        "[[0,0],[1,0],[1,1]]", "motion: {", "zones:\n", "\u{E000}", "*b *b *b *b", "box: a\n", "site: ", "\u{301}",
    ]

    @Test(.timeLimit(.minutes(10)))
    func `a mutated example ends in a configuration or in problems within the file`() throws {
        let example = try String(contentsOfFile: repositoryFile("systemd/neurond.yaml.example"), encoding: .utf8)
        // Without most of its comments, so that a mutation hits something.
        let lines = uncommented(example).split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
        let text = lines.joined(separator: "\n")
        #expect(problems(of: text) == [])
        var generator = SeededGenerator(state: Self.seed)
        var configurations = 0
        for round in 0..<Self.rounds {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) { mutate(&bytes, using: &generator) }
            if read(bytes, round: round) { configurations += 1 }
        }
        // Both ends are reached, or the mutations are too strong or too weak to test anything.
        #expect(configurations > Self.rounds / 100 && configurations < Self.rounds / 2)
    }

    @Test(.timeLimit(.minutes(10)))
    func `random tokens end in a configuration or in problems within the file`() {
        var generator = SeededGenerator(state: ~Self.seed)
        for round in 0..<Self.rounds {
            let count = Int.random(in: 0...40, using: &generator)
            let text = (0..<count).compactMap { _ in Self.tokens.randomElement(using: &generator) }.joined()
            _ = read(Array(text.utf8), round: round)
        }
    }

    private func read(_ bytes: [UInt8], round: Int) -> Bool {
        let lineCount = max(1, bytes.count { $0 == 10 } + (bytes.last == 10 ? 0 : 1))
        do {
            _ = try ConfigurationReader.read(bytes: bytes, name: "f", directory: ".", environment: [:])
            return true
        } catch {
            let isInside = error.problems.allSatisfy { (1...lineCount).contains($0.line) && $0.column >= 1 }
            let isSecret = error.description.contains("hunter2")
            let isOneLineEach = error.description.split(separator: "\n").count == error.problems.count
            #expect(
                !error.problems.isEmpty && isInside && !isSecret && isOneLineEach,
                "seed \(Self.seed), round \(round): \(error)\n\(String(decoding: bytes, as: UTF8.self))"
            )
            return false
        }
    }

    private func mutate(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes.insert(contentsOf: Array((Self.tokens.randomElement(using: &generator) ?? "").utf8), at: place)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...8, using: &generator)))
        case 3: bytes = joined(lines(of: bytes).enumerated().filter { $0.offset != place % 60 }.map(\.element))
        case 4:
            var all = lines(of: bytes)
            if let line = all.randomElement(using: &generator) { all.insert(line, at: place % (all.count + 1)) }
            bytes = joined(all)
        default:
            var all = lines(of: bytes)
            all.swapAt(Int.random(in: all.indices, using: &generator), Int.random(in: all.indices, using: &generator))
            bytes = joined(all)
        }
    }

    private func lines(of bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    }

    private func joined(_ lines: [[UInt8]]) -> [UInt8] { Array(lines.joined(separator: [10])) }
}
