import NeuronCore

/// The members of one JSON object, taken out one by one and each checked.
struct JSONFields {
    private let path: String
    private let members: [String: JSONTree]

    /// - Throws: `wrongSchema` where the value is no object.
    init(_ tree: JSONTree, path: String) throws(Rejection) {
        guard case .object(let members) = tree else {
            throw Rejection(.wrongSchema, "\(path.isEmpty ? "The message" : path) must be an object.")
        }
        self.members = members
        self.path = path
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func wrong(_ key: String, _ what: String) -> Rejection { Rejection(.wrongSchema, "\(name(key)) must be \(what).") }

    /// Refuses what nobody reads: a misspelt guard would else be no guard.
    func refuseOthers(than known: Set<String>) throws(Rejection) {
        guard let stranger = members.keys.filter({ !known.contains($0) }).min() else { return }
        throw Rejection(
            .wrongSchema,
            "\(name(String(stranger.prefix(40)))) is unknown; known are \(known.sorted().joined(separator: ", "))."
        )
    }

    func fields(_ key: String) throws(Rejection) -> JSONFields? {
        guard let member = present(key) else { return nil }
        return try JSONFields(member, path: name(key))
    }

    /// A text of 1 to `longest` characters without control characters, of which a line end is one.
    ///
    /// Counted as JSON Schema counts, in Unicode scalars: what the schema allows is taken.
    func text(_ key: String, longest: Int) throws(Rejection) -> String? {
        guard let member = present(key) else { return nil }
        guard case .string(let text) = member, (1...longest).contains(text.unicodeScalars.count),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw wrong(key, "a text of 1 to \(longest) characters and no control characters") }
        return text
    }

    /// The id of an event, an alert or a command: it becomes a level of a topic.
    func token(_ key: String) throws(Rejection) -> String? {
        guard let text = try text(key, longest: 64) else { return nil }
        guard text.unicodeScalars.allSatisfy(Self.tokenAlphabet.contains) else {
            throw wrong(key, "1 to 64 letters, digits, - or _")
        }
        return text
    }

    private static let tokenAlphabet = TopicToken.alphabet.union("ABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars)

    func integer(_ key: String, in range: ClosedRange<Int64>) throws(Rejection) -> Int64? {
        guard let member = present(key) else { return nil }
        guard case .integer(let value) = member, range.contains(value) else {
            throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func time(_ key: String) throws(Rejection) -> WallTime? {
        guard let text = try text(key, longest: 40) else { return nil }
        guard let time = WallTime(rfc3339: text) else {
            throw wrong(key, "an RFC 3339 time such as 2026-08-22T10:15:23.412Z")
        }
        return time
    }

    func word<Word: RawRepresentable & CaseIterable>(_ key: String) throws(Rejection) -> Word?
    where Word.RawValue == String {
        guard let text = try text(key, longest: 64) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw wrong(key, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    func array(_ key: String, atMost count: Int) throws(Rejection) -> [JSONTree]? {
        guard let member = present(key) else { return nil }
        guard case .array(let elements) = member, elements.count <= count else {
            throw wrong(key, "an array of at most \(count)")
        }
        return elements
    }

    func required<Value>(_ key: String, _ value: Value?) throws(Rejection) -> Value {
        guard let value else { throw Rejection(.wrongSchema, "\(name(key)) is missing.") }
        return value
    }

    /// A member that is `null` is none.
    private func present(_ key: String) -> JSONTree? {
        guard let member = members[key], member != .null else { return nil }
        return member
    }
}
