import HTTPTypes
import Hummingbird

/// One way to ask the console something.
struct ConsoleRoute: Sendable {
    /// Who may ask.
    enum Access: Sendable {
        /// Everybody who reaches the console: it says nothing of what the cameras see.
        case open
        /// Who has shown the token, where there is one.
        case guarded
    }

    /// What a request's body is.
    enum Body: Sendable {
        case none
        /// JSON, as changes need: see ``RequestOrigin``.
        case json
        /// The route looks at it itself.
        case any
    }

    let method: HTTPRequest.Method
    /// `/api/v1/cameras/{id}`; `{path*}` at the end takes all that follows.
    let pattern: String
    let access: Access
    let body: Body
    let answer: @Sendable (ConsoleRequest) async throws -> ConsoleReply
    private let segments: [Substring]

    init(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ access: Access = .guarded,
        body: Body = .none,
        _ answer: @escaping @Sendable (ConsoleRequest) async throws -> ConsoleReply
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.body = body
        self.answer = answer
        segments = pattern.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// What stands where the pattern has names.
    ///
    /// - Parameter path: its parts between slashes, decoded.
    /// - Returns: nil where the path is another one.
    func match(_ path: [String]) -> [String: String]? {
        var found: [String: String] = [:]
        for (index, segment) in segments.enumerated() {
            if segment.hasPrefix("{"), segment.hasSuffix("*}") {
                guard index < path.count else { return nil }
                found[String(segment.dropFirst().dropLast(2))] = path[index...].joined(separator: "/")
                return found
            }
            guard index < path.count else { return nil }
            if segment.hasPrefix("{") {
                guard !path[index].isEmpty else { return nil }
                found[String(segment.dropFirst().dropLast())] = path[index]
            } else if segment != path[index] {
                return nil
            }
        }
        return segments.count == path.count ? found : nil
    }

    /// The parts of a path, each decoded once; nil where it is none of ours: not UTF-8, with a slash or a zero hidden in a part,
    /// or with steps upwards.
    static func parts(of path: String) -> [String]? {
        guard path.hasPrefix("/"), path.utf8.count <= 2048 else { return nil }
        var parts: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = decoded(part), text != ".", text != ".." else { return nil }
            guard !text.utf8.contains(where: { $0 == 0x2F || $0 == 0x5C || $0 < 0x20 || $0 == 0x7F }) else {
                return nil
            }
            parts.append(text)
        }
        return parts
    }

    private static func decoded(_ part: Substring) -> String? {
        PercentDecoding.bytes(of: part).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
