import Yams

/// Turns a text into a ``YAMLNode`` tree by way of Yams, with every mistake of YAML itself reported in our words.
///
/// Anchors, aliases, merge keys and tags are refused: a position must mean the place that is wrong, and a small file must
/// stay a small tree. Yams stops at a key that is given twice; to find all of them, the first is renamed in the text and
/// the text is read again.
struct YAMLComposer {
    private var text: String
    private let lineCount: Int
    /// Keys that were renamed, by their place, with their first character.
    private var renamedKeys: [TextPosition: Unicode.Scalar] = [:]
    private var nodeCount = 0

    /// More values than any configuration has, and few enough for a small box.
    static let maxNodes = 200_000
    private static let maxRenamedKeys = 20
    /// For each key that is renamed the text is read once more; a large text isn't read as often as a small one.
    private static let maxRereadBytes = 2 << 20

    init(_ source: ConfigurationText) {
        text = source.text
        lineCount = source.lineCount
    }

    /// Reads the text's one document.
    ///
    /// - Parameter log: takes the mistakes.
    /// - Returns: the tree; nil when the text isn't YAML, or not of the kind that is read here.
    mutating func compose(log: inout ProblemLog) -> YAMLNode? {
        guard hasFewAliases(log: &log) else { return nil }
        while true {
            do {
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    log.report(at: .start, "The file is empty; it needs at least `cameras` with one `id` and `source`.")
                    return nil
                }
                // The parser keeps the anchors alive that the nodes refer to.
                return withExtendedLifetime(parser) { convert(root, path: "", log: &log) }
            } catch YamlError.duplicatedKeysInMapping(_, let context) {
                guard rename(at: TextPosition(context.mark), log: &log) else { return nil }
            } catch {
                let problem = YAMLSyntaxProblem(error, text: text)
                log.report(at: clamped(problem.position), problem.message)
                reportRenamedKeys(log: &log)
                return nil
            }
        }
    }

    private func clamped(_ position: TextPosition) -> TextPosition {
        position.line > lineCount ? TextPosition(line: lineCount, column: 1) : position
    }

    /// Bounds the number of aliases before Yams sees them.
    ///
    /// An alias costs three bytes and stands for a whole tree, and Yams hashes it where it stands for a key: a file of a
    /// few lines could keep the program busy for years.
    private func hasFewAliases(log: inout ProblemLog) -> Bool {
        let limit = maxAliasLikeWords
        var count = 0
        var position = TextPosition.start
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if previous == "*", Self.anchorAlphabet.contains(scalar) { count += 1 }
            if count > limit {
                log.report(
                    at: position,
                    "More than \(limit) words of the file, comments included, begin with `*`. Aliases aren't supported: write "
                        + "shared settings under `motion` at the top of the file."
                )
                return false
            }
            previous = scalar
            position =
                scalar == "\n"
                ? TextPosition(line: position.line + 1, column: 1)
                : TextPosition(line: position.line, column: position.column + 1)
        }
        return true
    }

    /// So many that, multiplied with each other and the text as well as can be (three for each level), they stay below
    /// a few million bytes; at most 30.
    private var maxAliasLikeWords: Int {
        var limit = 0
        var cost = max(1, text.utf8.count)
        while limit < 30, cost * 3 <= 1 << 22 {
            cost *= 3
            limit += 3
        }
        return limit
    }

    /// What libyaml takes for a part of an anchor's name.
    private static let anchorAlphabet = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".unicodeScalars
    )
}

// MARK: Keys that are given twice

extension YAMLComposer {
    private mutating func rename(at position: TextPosition, log: inout ProblemLog) -> Bool {
        let isBearable = (renamedKeys.count + 1) * text.utf8.count <= Self.maxRereadBytes
        guard renamedKeys.count < Self.maxRenamedKeys, isBearable, let index = index(of: position) else {
            log.report(at: clamped(position), "This key is given more than once.")
            reportRenamedKeys(log: &log)
            return false
        }
        let scalars = text.unicodeScalars
        let isQuoted = scalars[index] == "\"" || scalars[index] == "'"
        let start = isQuoted ? scalars.index(after: index) : index
        // A key that is a list or a mapping can't be renamed by its first character.
        guard start < scalars.endIndex, !"[]{}\"'\\\n?&*!|>".unicodeScalars.contains(scalars[start]),
            let standIn = Unicode.Scalar(0xE000 + UInt32(renamedKeys.count))
        else {
            log.report(at: clamped(position), "This key is given more than once.")
            reportRenamedKeys(log: &log)
            return false
        }
        renamedKeys[position] = scalars[start]
        text.unicodeScalars.replaceSubrange(start...start, with: [standIn])
        return true
    }

    /// Where no tree comes of the text, the repeated keys that were found on the way are still worth telling.
    private func reportRenamedKeys(log: inout ProblemLog) {
        for position in renamedKeys.keys { log.report(at: position, "This key is given more than once.") }
    }

    private func index(of position: TextPosition) -> String.UnicodeScalarIndex? {
        var line = 1
        var column = 1
        for index in text.unicodeScalars.indices {
            if line == position.line, column == position.column { return index }
            if text.unicodeScalars[index] == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return nil
    }

    private func originalKey(_ key: String, at position: TextPosition) -> String {
        guard let first = renamedKeys[position] else { return key }
        return String(first) + String(key.unicodeScalars.dropFirst())
    }
}

// MARK: Our own tree

extension YAMLComposer {
    private mutating func convert(_ node: Node, path: String, log: inout ProblemLog) -> YAMLNode? {
        nodeCount += 1
        guard nodeCount <= Self.maxNodes else {
            if nodeCount == Self.maxNodes + 1 {
                log.report(at: position(of: node), "The file has more than \(Self.maxNodes) values.")
            }
            return nil
        }
        let content: YAMLNode.Content
        switch node {
        case _ where !isPlainKind(node, path: path, log: &log):
            content = .refused
        case .scalar(let scalar):
            content = .scalar(scalar.string, isPlain: scalar.style == .plain)
        case .sequence(let sequence):
            content = .sequence(items(of: sequence, path: path, log: &log))
        case .mapping(let mapping):
            content = .mapping(entries(of: mapping, path: path, log: &log))
        case .alias:
            content = .refused
        }
        return YAMLNode(content: content, position: position(of: node), path: path)
    }

    private mutating func items(of sequence: Node.Sequence, path: String, log: inout ProblemLog) -> [YAMLNode] {
        var items: [YAMLNode] = []
        for (index, item) in sequence.enumerated() {
            if let item = convert(item, path: "\(path)[\(index)]", log: &log) { items.append(item) }
        }
        return items
    }

    private mutating func entries(of mapping: Node.Mapping, path: String, log: inout ProblemLog) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var firstLines: [String: Int] = [:]
        for (key, value) in mapping {
            let place = position(of: key)
            guard case .scalar(let scalar) = key else {
                log.report(at: place, path: path, "A key must be a single word, and here is a list or a mapping.")
                continue
            }
            let name = originalKey(scalar.string, at: place)
            let keyPath = YAMLNode.path(path, key: name)
            guard name != "<<" else {
                log.report(at: place, path: path, "Merge keys (`<<`) aren't supported. " + advice)
                continue
            }
            if let line = firstLines[name] {
                log.report(at: place, path: keyPath, "This key is already given in line \(line); keep one of the two.")
                continue
            }
            firstLines[name] = place.line
            guard let value = convert(value, path: keyPath, log: &log) else { continue }
            entries.append(YAMLNode.Entry(key: name, keyPosition: place, value: value))
        }
        return entries
    }

    private func isPlainKind(_ node: Node, path: String, log: inout ProblemLog) -> Bool {
        if node.anchor != nil {
            log.report(
                at: position(of: node),
                path: path,
                "Anchors (`&`) and aliases (`*`) aren't supported. " + advice
            )
            return false
        }
        let plainTags = ["", "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"]
        let tag = tagName(of: node)
        if plainTags.contains(tag) { return true }
        let hint = tag.contains("secret") ? "A secret belongs into a file that `credentials` names." : "Remove the tag."
        log.report(at: position(of: node), path: path, "Tags such as \(quoted(tag)) aren't supported. " + hint)
        return false
    }

    private var advice: String { "Settings that cameras share go under `motion` at the top of the file." }

    private func tagName(of node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.tag.description
        case .sequence(let sequence): sequence.tag.description
        case .mapping(let mapping): mapping.tag.description
        case .alias(let alias): alias.tag.description
        }
    }

    private func position(of node: Node) -> TextPosition {
        node.mark.map { clamped(TextPosition($0)) } ?? .start
    }
}

extension TextPosition {
    fileprivate init(_ mark: Mark) { self.init(line: max(1, mark.line), column: max(1, mark.column)) }
}
