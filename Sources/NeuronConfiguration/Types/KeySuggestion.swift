/// What somebody probably meant who wrote a word that isn't known.
package enum KeySuggestion {
    /// The nearest of some words, or nil when none is near.
    package static func nearest(to word: String, among words: [String]) -> String? {
        let simple = simplified(word)
        guard !simple.isEmpty, word.utf8.count <= 64 else { return nil }
        if let same = words.first(where: { simplified($0) == simple }) { return same }
        let limit = max(1, simple.count / 3)
        let ranked = words.map { ($0, distance(simple, simplified($0))) }.filter { $0.1 <= limit }
        return ranked.min { $0.1 < $1.1 }?.0
    }

    /// "`a`, `b` and `c`".
    static func list(_ words: [String]) -> String {
        let quoted = words.map { "`\($0)`" }
        guard quoted.count > 1, let last = quoted.last else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `open_timeout`, `open-timeout` and `OpenTimeout` are the same word in different spellings.
    private static func simplified(_ word: String) -> [Character] {
        word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }.map { $0 }
    }

    /// Edits of one character, exchanges of neighbours included (optimal string alignment).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var older: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                let substitution = previous[j] + (a[i] == b[j] ? 0 : 1)
                var best = min(substitution, previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
                current.append(best)
            }
            older = previous
            previous = current
        }
        return previous[b.count]
    }
}
