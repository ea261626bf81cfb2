import HTTPTypes

/// Why a request gets no better answer: a status, a word for programs and a sentence for people.
package struct ConsoleProblem: Error, Sendable, CustomStringConvertible {
    package var code: Code
    /// A full sentence, free of secrets, and of what the client sent but for a plain name of a member.
    package var message: String
    /// Seconds after which it is worth trying again; nil where that says nothing.
    var retryAfter: Int?
    /// The methods that the path takes, where it is the method that is wrong.
    var allowed: String?

    /// The words of the API; each has one status.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case badRequest, unauthorized, forbidden, notFound, methodNotAllowed, requestTimeout, conflict
        case contentTooLarge, unsupportedMediaType, rangeNotSatisfiable, misdirectedRequest, tooManyRequests
        case internalError, unavailable
    }

    /// Makes a problem.
    package init(_ code: Code, _ message: String, retryAfter: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { message }

    /// `{"error": {"code": …, "message": …}}`.
    package var json: JSONValue {
        ["error": ["code": .string(code.rawValue), "message": .string(message)]]
    }

    var status: HTTPResponse.Status {
        switch code {
        case .badRequest: .badRequest
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .requestTimeout: .requestTimeout
        case .conflict: .conflict
        case .contentTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .rangeNotSatisfiable: .rangeNotSatisfiable
        case .misdirectedRequest: .misdirectedRequest
        case .tooManyRequests: .tooManyRequests
        case .internalError: .internalServerError
        case .unavailable: .serviceUnavailable
        }
    }
}
