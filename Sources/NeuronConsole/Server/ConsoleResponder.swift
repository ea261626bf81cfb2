import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NeuronCore

/// Takes every request: checks whom it is for and from, finds its route, and dresses the answer.
struct ConsoleResponder: HTTPResponder {
    let routes: [ConsoleRoute]
    let origin: RequestOrigin
    /// Nil where programs of this box need no token.
    let desk: TokenDesk?
    let limits: ConsoleLimits
    let logger: Logger
    let figures: RequestFigures

    /// The name of the session's cookie.
    static let cookie = "neurond"

    func respond(to request: Request, context: ConsoleContext) async throws -> Response {
        var response: Response
        var hasFailed = false
        do {
            response = try await answer(request, context)
        } catch let problem as ConsoleProblem {
            (response, hasFailed) = (Response(problem), true)
        } catch is CancellationError {
            (response, hasFailed) = (Response(ConsoleProblem(.unavailable, "The daemon is stopping.")), true)
        } catch {
            logger.error(
                "the console could not answer: \(error)",
                metadata: ["path": "\(request.uri.path.prefix(200))"]
            )
            let problem = ConsoleProblem(.internalError, "The console could not answer; the daemon's log says why.")
            (response, hasFailed) = (Response(problem), true)
        }
        figures.count(response.status.code)
        Self.dress(&response)
        // What was refused may have more to say than is worth hearing.
        if hasFailed, Self.mayHaveBody(request) { response = response.closing(context.channel) }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let authority = request.head.authority
        try origin.check(authority: authority)
        guard let path = ConsoleRoute.parts(of: request.uri.path) else {
            throw ConsoleProblem(.badRequest, "That is no path of this console.")
        }
        let (route, parameters) = try route(request.method, path)
        let isNavigation = route.access == .open && route.method == .get
        try origin.check(request.headers, authority: authority, isNavigation: isNavigation)
        var asked = ConsoleRequest(request: request, channel: context.channel, limits: limits)
        asked.parameters = parameters
        if route.access == .guarded { try authenticate(asked) }
        switch route.body {
        case .none where Self.mayHaveBody(request):
            throw ConsoleProblem(.badRequest, "This takes no body.")
        case .json: try asked.requireJSON()
        case .none, .any: break
        }
        return try await route.answer(asked)
    }

    private func route(
        _ method: HTTPRequest.Method,
        _ path: [String]
    ) throws(ConsoleProblem) -> (ConsoleRoute, [String: String]) {
        var allowed: [String] = []
        for route in routes {
            guard let parameters = route.match(path) else { continue }
            allowed += route.method == .get ? ["GET", "HEAD"] : [route.method.rawValue]
            if route.method == method || route.method == .get && method == .head { return (route, parameters) }
        }
        guard !allowed.isEmpty else { throw ConsoleProblem(.notFound, "There is nothing under that path.") }
        var problem = ConsoleProblem(.methodNotAllowed, "That path does not take this method.")
        problem.allowed = allowed.joined(separator: ", ")
        throw problem
    }

    private func authenticate(_ request: ConsoleRequest) throws(ConsoleProblem) {
        guard let desk else { return }
        if let name = Self.session(of: request.headers), desk.isOpen(session: name) { return }
        guard let shown = request.headers[.authorization] else {
            throw ConsoleProblem(.unauthorized, "The console wants its token: log in, or send it as a bearer.")
        }
        let scheme = "bearer "
        guard shown.lowercased().hasPrefix(scheme) else {
            throw ConsoleProblem(.unauthorized, "The token comes as `Authorization: Bearer TOKEN`.")
        }
        try desk.check(shown.utf8.dropFirst(scheme.utf8.count), from: request.peer)
    }

    /// The session that a browser says it has.
    static func session(of headers: HTTPFields) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == cookie { return String(parts[1]) }
            }
        }
        return nil
    }

    private static func mayHaveBody(_ request: Request) -> Bool {
        if let length = request.headers[.contentLength] { return length != "0" }
        return request.headers[.transferEncoding] != nil
    }

    /// Nothing from elsewhere runs in the page, and nobody frames, sniffs or keeps what it shows.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; \
        connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    private static func dress(_ response: inout Response) {
        response.headers[.contentSecurityPolicy] = policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }
}
