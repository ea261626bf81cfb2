import HTTPTypes
import Hummingbird
import NeuronCore

extension ConsoleRoutes {
    /// Takes the token out of a form and begins a session.
    func logIn(_ request: ConsoleRequest) async throws -> ConsoleReply {
        guard request.mediaType == "application/x-www-form-urlencoded" else {
            throw ConsoleProblem(.unsupportedMediaType, "The token comes as the field `token` of a form.")
        }
        let form = FormFields(String(decoding: try await request.body(upTo: 4096), as: UTF8.self))
        guard let token = try form.bytes("token") else {
            throw ConsoleProblem(.badRequest, "The form has no field `token`.")
        }
        // Whoever needs no token is told the same as who has shown it.
        guard let desk else { return Self.home(request) }
        try desk.check(token, from: request.peer)
        var reply = Self.home(request)
        reply.headers[.setCookie] = Self.cookie(
            desk.beginSession(),
            seconds: Int(TokenDesk.sessionLength.seconds),
            // Behind a proxy that ends TLS, the cookie must not go out without it.
            isSecure: request.headers[.xForwardedProto] == "https"
        )
        return reply
    }

    /// Ends the session.
    func logOut(_ request: ConsoleRequest) -> ConsoleReply {
        if let name = ConsoleResponder.session(of: request.headers) { desk?.end(session: name) }
        var reply = Self.home(request)
        reply.headers[.setCookie] = Self.cookie("", seconds: 0, isSecure: false)
        return reply
    }

    private static func cookie(_ value: String, seconds: Int, isSecure: Bool) -> String {
        "\(ConsoleResponder.cookie)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
            + (isSecure ? "; Secure" : "")
    }

    /// A form goes on to the page; a script only wants to know.
    private static func home(_ request: ConsoleRequest) -> ConsoleReply {
        guard request.headers[.accept]?.contains("application/json") == true else {
            return Response(status: .seeOther, headers: [.location: "/"])
        }
        return Response(["loggedIn": true])
    }
}
