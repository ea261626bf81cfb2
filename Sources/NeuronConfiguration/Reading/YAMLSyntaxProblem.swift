import Yams

/// A mistake of YAML itself, as Yams and libyaml report it, in words that say what would be right.
///
/// Only libyaml's own fixed texts are used, never the piece of the file that Yams quotes: it may hold a secret.
struct YAMLSyntaxProblem {
    let position: TextPosition
    let message: String

    init(_ error: any Error, text: String) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            self.init(problem: problem, context: context, mark: mark, text: text)
        case YamlError.reader(let problem, _, _, _):
            self.init(position: .start, message: "The text can't be read: \(problem).")
        default:
            self.init(position: .start, message: "The text can't be read as YAML.")
        }
    }

    private init(position: TextPosition, message: String) {
        self.position = position
        self.message = message
    }

    private init(problem: String, context: YamlError.Context?, mark: Mark, text: String) {
        let place = TextPosition(line: max(1, mark.line), column: max(1, mark.column))
        let explanation = Self.explanations.first { problem.contains($0.part) }
        if character(at: place, of: text) == "\t" {
            position = place
            message = "Here is a tab; YAML is indented with spaces only."
        } else if let explanation {
            let start = context.map { TextPosition(line: max(1, $0.mark.line), column: max(1, $0.mark.column)) }
            position = explanation.isAtStart ? start ?? place : place
            message = explanation.sentence
        } else {
            position = place
            message = "This isn't YAML: \(problem)" + (context.map { " (\($0.text))" } ?? "") + "."
        }
    }

    private struct Explanation {
        /// What libyaml says.
        var part: String
        var sentence: String
        /// Whether the place to look at is where the piece began that doesn't end.
        var isAtStart = false
    }

    private static let explanations = [
        Explanation(
            part: "but found another document",
            sentence:
                "Here begins a second document; a configuration is one, so delete the line `---` or what follows it."
        ),
        Explanation(
            part: "undefined alias",
            sentence: "A word that begins with `*` is an alias in YAML, and aliases aren't supported; put it in quotes."
        ),
        Explanation(
            part: "mapping values are not allowed",
            sentence:
                "A `:` isn't possible here: this line is indented further than the one above, the line above lacks the "
                + "space behind its `:` or `-`, or a text with `: ` in it lacks its quotes."
        ),
        Explanation(
            part: "could not find expected ':'",
            sentence: "A key lacks its `:` and a space, as in `key: value`."
        ),
        Explanation(
            part: "did not find expected key",
            sentence:
                "This line doesn't fit the lines above: check its indentation, and the quotes and brackets before it."
        ),
        Explanation(
            part: "did not find expected '-' indicator",
            sentence:
                "This line doesn't fit the lines above: check its indentation. The keys of one list item stand in one "
                + "column, and each further item begins with `- ` below the first."
        ),
        Explanation(
            part: "did not find expected ',' or ']'",
            sentence: "The list that begins here with `[` isn't closed: a `,` or a `]` is missing.",
            isAtStart: true
        ),
        Explanation(
            part: "did not find expected ',' or '}'",
            sentence: "The mapping that begins here with `{` isn't closed: a `,` or a `}` is missing.",
            isAtStart: true
        ),
        Explanation(
            part: "found unexpected end of stream",
            sentence: "The text that begins here with a quote isn't closed.",
            isAtStart: true
        ),
        Explanation(
            part: "found unexpected document indicator",
            sentence: "The text that begins here with a quote isn't closed.",
            isAtStart: true
        ),
        Explanation(
            part: "cannot start any token",
            sentence: "This character can't begin a value; put the value in quotes."
        ),
        Explanation(
            part: "did not find expected node content",
            sentence:
                "Here should be a value. Is there a comma too many, or does a bracket before this place lack its end?"
        ),
        Explanation(
            part: "unknown escape character",
            sentence: "In double quotes a `\\` begins an escape; write `\\\\`, or use single quotes."
        ),
        Explanation(
            part: "block sequence entries are not allowed",
            sentence: "A list item (`- `) isn't possible here; it belongs on a line of its own below its key."
        ),
        Explanation(
            part: "nesting level",
            sentence: "The values are nested too deeply; no setting needs so many levels."
        ),
        Explanation(
            part: "undefined tag handle",
            sentence: "Tags (`!`) aren't supported; put the value in quotes if it begins with `!`."
        ),
    ]
}

private func character(at position: TextPosition, of text: String) -> Unicode.Scalar? {
    let lines = text.unicodeScalars.split(separator: "\n", maxSplits: position.line, omittingEmptySubsequences: false)
    guard lines.indices.contains(position.line - 1) else { return nil }
    return lines[position.line - 1].dropFirst(position.column - 1).first
}
