import HTTPTypes
import Hummingbird
import NeuronCore

extension ConsoleRoutes {
    /// Takes the token out of a form and begins a session.
    func logIn(_ request: ConsoleRequest) async throws -> ConsoleReply {
        guard let desk else { return Self.home(request) }
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else {
            throw ConsoleProblem(.unsupportedMediaType, "The token comes as the field `token` of a form.")
        }
        let body = try await request.body(upTo: 4096)
        guard let token = Self.field("token", of: String(decoding: body, as: UTF8.self)) else {
            throw ConsoleProblem(.badRequest, "The form has no field `token`.")
        }
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

    /// One field of a form, decoded.
    private static func field(_ name: String, of form: String) -> [UInt8]? {
        for pair in form.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == name else { continue }
            return decoded(parts[1])
        }
        return nil
    }

    private static func decoded(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(Substring(digits), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return bytes
    }
}
