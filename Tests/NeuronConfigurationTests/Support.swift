import Testing

@testable import NeuronConfiguration

/// The problems of a text as `LINE:COLUMN: message`; none when it is a configuration.
func problems(of text: String) -> [String] {
    do {
        _ = try ConfigurationReader.read(text: text, environment: [:])
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

/// A file with one camera whose further lines begin at line 4.
func withCamera(_ lines: String) -> String { "cameras:\n  - id: a\n    source: rtsp://h/s\n" + lines }

/// The configuration of a text that must be right.
func configuration(_ text: String, environment: [String: String] = [:]) throws -> Configuration {
    try ConfigurationReader.read(text: text, directory: "/etc/neurond", environment: environment)
}

/// The repository's own files, found from this file's place.
func repositoryFile(_ path: String) -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/\(path)"
}

/// SplitMix64: small, seeded, the same on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The example with the settings in it that are commented out, `#key:` without a space behind the `#`.
func uncommented(_ example: String) -> String {
    example.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        let rest = line.drop { $0 == " " }
        guard rest.hasPrefix("#"), let next = rest.dropFirst().first, next.isLetter || rest.hasPrefix("#  ") else {
            return String(line)
        }
        return String(line.prefix(line.count - rest.count)) + rest.dropFirst()
    }
    .joined(separator: "\n")
}
