import Testing

@testable import NeuronConfiguration

/// Files that are made to keep the reader busy, or to fill its memory or its stack.
@Suite(.timeLimit(.minutes(10))) struct ConfigurationExhaustionTests {
    /// A text with a name, since a test's log repeats its arguments.
    struct Ordeal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String

        init(_ name: String, _ text: String) {
            testDescription = name
            self.text = text
        }
    }

    private static let megabyte = 1 << 20

    @Test(arguments: [
        Ordeal("nested lists", String(repeating: "[", count: megabyte)),
        Ordeal("nested block lists", String(repeating: "- ", count: megabyte / 2)),
        Ordeal("nested keys", String(repeating: "? ", count: megabyte / 2)),
        Ordeal("nested mappings in lists", String(repeating: "[?", count: megabyte / 2)),
        Ordeal(
            "as deep as YAML goes",
            "cameras: " + String(repeating: "[", count: 990) + String(repeating: "]", count: 990)
        ),
        Ordeal("a list of empty lists", "cameras: [" + String(repeating: "[],", count: 250_000) + "]"),
        Ordeal("one key again and again", String(repeating: "a: 1\n", count: 100_000)),
        Ordeal("a quote that never ends", "\"" + String(repeating: "a\n", count: 500_000)),
        Ordeal("ninety thousand keys", (0..<90_000).map { "k\($0): 1" }.joined(separator: "\n")),
        Ordeal("a key of one megabyte", String(repeating: "a", count: megabyte - 8) + ": 1\n"),
    ])
    func `a large file of nothing ends in a bounded number of problems`(ordeal: Ordeal) {
        let found = problems(of: ordeal.text)
        #expect((1...ConfigurationProblems.limit).contains(found.count))
        #expect(found.allSatisfy { $0.utf8.count < 1000 })
    }

    @Test(arguments: [
        Ordeal("many levels", laughs(levels: 40)), Ordeal("few levels", laughs(levels: 9)),
        Ordeal("names of a line", laughs(levels: 40, name: "_")),
        Ordeal("names of a dash", laughs(levels: 40, name: "-")),
        Ordeal("large leaves", laughs(levels: 9, leaves: 400_000)),
        Ordeal("few levels of large leaves", laughs(levels: 3, leaves: 400_000)),
    ])
    func `aliases that multiply are refused before they do`(ordeal: Ordeal) {
        #expect(problems(of: ordeal.text).contains { $0.contains("liases") })
    }

    /// Each level holds the one before three times; the last is a key, which Yams hashes in full.
    private static func laughs(levels: Int, leaves: Int = 1, name: String = "a") -> String {
        let lines = (1...levels).map { level in
            let alias = "*\(name)\(level - 1)"
            return "a\(level): &\(name)\(level) [\(alias), \(alias), \(alias)]"
        }
        let first = "a0: &\(name)0 [" + String(repeating: "x,", count: leaves) + "]"
        return ([first] + lines + ["? *\(name)\(levels)", ": x"]).joined(separator: "\n")
    }
}
