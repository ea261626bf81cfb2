/// The fields of a query or a form, `limit=5&state=open`: a `+` is a space, and `%2B` is a plus.
///
/// Fields that nobody asks for may say what they like.
struct FormFields: Sendable {
    private let pairs: [(name: [UInt8], value: Substring)]

    init(_ text: some StringProtocol) {
        pairs = text.split(separator: "&").map { pair in
            let end = pair.firstIndex(of: "=") ?? pair.endIndex
            return (Self.decoded(Substring(pair[..<end])) ?? [], Substring(pair[end...].dropFirst()))
        }
    }

    /// One field, decoded; nil where it is not there.
    ///
    /// - Throws: `ConsoleProblem` with `badRequest` where it stands there twice, as two readers would take two values, or cannot be
    ///   decoded.
    func bytes(_ name: String) throws(ConsoleProblem) -> [UInt8]? {
        let found = pairs.filter { $0.name.elementsEqual(name.utf8) }
        guard found.count < 2 else { throw ConsoleProblem(.badRequest, "`\(name)` may stand there only once.") }
        guard let field = found.first else { return nil }
        guard let bytes = Self.decoded(field.value) else { throw Self.unreadable(name) }
        return bytes
    }

    /// One field as text; nil where it is not there.
    ///
    /// - Throws: as ``bytes(_:)``, and where it is not UTF-8.
    func text(_ name: String) throws(ConsoleProblem) -> String? {
        guard let bytes = try bytes(name) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Self.unreadable(name) }
        return text
    }

    private static func unreadable(_ name: String) -> ConsoleProblem {
        ConsoleProblem(.badRequest, "`\(name)` must be UTF-8, and percent-encoded.")
    }

    private static func decoded(_ text: Substring) -> [UInt8]? {
        PercentDecoding.bytes(of: String(text).replacing("+", with: " "))
    }
}
