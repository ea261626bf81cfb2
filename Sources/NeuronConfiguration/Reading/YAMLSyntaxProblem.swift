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
            let place = TextPosition(line: max(1, mark.line), column: max(1, mark.column))
            position = place
            message = Self.explain(problem, context: context?.text ?? "", character: character(at: place, of: text))
        case YamlError.reader(let problem, _, _, _):
            position = .start
            message = "The text can't be read: \(problem)."
        default:
            position = .start
            message = "The text can't be read as YAML."
        }
    }

    private static func explain(_ problem: String, context: String, character: Unicode.Scalar?) -> String {
        if character == "\t" { return "Here is a tab; YAML is indented with spaces only." }
        if let explanation = explanations.first(where: { problem.contains($0.key) || context.contains($0.key) }) {
            return explanation.value
        }
        let where_ = context.isEmpty ? "" : " (\(context))"
        return "This isn't YAML: \(problem)\(where_)."
    }

    private static let explanations: KeyValuePairs = [
        "but found another document":
            "Here begins a second document; the file may hold only one, so delete the line `---` or what follows it.",
        "undefined alias": "A word that begins with `*` is an alias in YAML, and aliases aren't supported; put it in quotes.",
        "mapping values are not allowed":
            "A `:` isn't possible here. Is this line indented further than the one above, or does a text with `: ` lack its "
            + "quotes?",
        "could not find expected ':'":
            "A key lacks its `:` and a space, as in `key: value`, or the line above isn't finished.",
        "did not find expected key":
            "This line doesn't fit the lines above: check its indentation, and the quotes and brackets before it.",
        "did not find expected '-' indicator":
            "This line doesn't fit the list above: its items begin with `- `, all in the same column.",
        "did not find expected ',' or ']'": "A list that began with `[` isn't closed: a `,` or a `]` is missing.",
        "did not find expected ',' or '}'": "A mapping that began with `{` isn't closed: a `,` or a `}` is missing.",
        "found unexpected end of stream": "A text that began with a quote isn't closed before the file ends.",
        "cannot start any token": "This character can't begin a value; put the value in quotes.",
        "block sequence entries are not allowed":
            "A list item (`- `) isn't possible here; it belongs on a line of its own below its key.",
        "exceeded max depth": "The values are nested too deeply; no setting needs so many levels.",
        "undefined tag handle": "Tags (`!`) aren't supported; put the value in quotes if it begins with `!`.",
    ]
}

private func character(at position: TextPosition, of text: String) -> Unicode.Scalar? {
    let lines = text.unicodeScalars.split(separator: "\n", maxSplits: position.line, omittingEmptySubsequences: false)
    guard lines.indices.contains(position.line - 1) else { return nil }
    return lines[position.line - 1].dropFirst(position.column - 1).first
}
