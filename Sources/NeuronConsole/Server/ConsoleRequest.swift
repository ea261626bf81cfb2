import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NeuronCore

/// What Hummingbird knows of a request beside the request: the connection that it came by.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// A request as the routes see it.
struct ConsoleRequest: Sendable {
    let request: Request
    let channel: any Channel
    /// What stands in the path where its pattern has names, decoded.
    var parameters: [String: String] = [:]
    let limits: ConsoleLimits

    var method: HTTPRequest.Method { request.method }
    var headers: HTTPFields { request.headers }

    /// One value of the query, decoded; nil where it is not there.
    func query(_ name: String) throws(ConsoleProblem) -> String? {
        guard let query = request.uri.query else { return nil }
        return try FormFields(query).text(name)
    }

    /// A part of the path that every request of the route has.
    func parameter(_ name: String) throws(ConsoleProblem) -> String {
        guard let value = parameters[name] else { throw ConsoleProblem(.notFound, "There is nothing here.") }
        return value
    }

    /// A camera's id out of the path.
    func camera() throws(ConsoleProblem) -> SensorID {
        guard let id = SensorID(try parameter("id")) else {
            throw ConsoleProblem(.notFound, "There is no camera of that name.")
        }
        return id
    }

    /// A time of the query.
    func time(_ name: String) throws(ConsoleProblem) -> WallTime? {
        guard let text = try query(name) else { return nil }
        // A space may stand for the `T` elsewhere; here it is rather the `+` of an offset that was not encoded.
        guard !text.contains(" "), let time = WallTime(rfc3339: text) else {
            throw ConsoleProblem(
                .badRequest,
                "`\(name)` must be a time such as 2026-11-21T08:00:00Z, and the `+` of an offset is written %2B."
            )
        }
        return time
    }

    /// A number of the query within bounds.
    func number(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(ConsoleProblem) -> Int {
        guard let text = try query(name) else { return standard }
        // Without a plus, and without zeros in front.
        guard let number = Int(text), range.contains(number), "\(number)" == text else {
            throw ConsoleProblem(
                .badRequest,
                "`\(name)` must be a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    /// A yes or no of the query: 1, true, 0, false.
    func flag(_ name: String) throws(ConsoleProblem) -> Bool {
        switch try query(name) {
        case nil, "0", "false": return false
        case "1", "true": return true
        default: throw ConsoleProblem(.badRequest, "`\(name)` must be 0 or 1.")
        }
    }

    /// The body, if it comes in time and is not too long.
    func body(upTo most: Int) async throws(ConsoleProblem) -> [UInt8] {
        if let text = headers[.contentLength], let length = Int(text), length > most { throw Self.tooLong(most) }
        let (body, patience) = (request.body, limits.body)
        let outcome = await withTaskGroup(of: BodyOutcome.self) { group in
            group.addTask {
                do {
                    return .whole(Array(buffer: try await body.collect(upTo: most)))
                } catch is NIOTooManyBytesError {
                    return .tooLong
                } catch {
                    return .broken
                }
            }
            group.addTask { (try? await Task.sleep(for: patience)) == nil ? .broken : .late }
            let first = await group.next() ?? .broken
            group.cancelAll()
            return first
        }
        switch outcome {
        case .whole(let bytes): return bytes
        case .tooLong: throw Self.tooLong(most)
        case .late: throw ConsoleProblem(.requestTimeout, "The request's body did not come in time.")
        case .broken: throw ConsoleProblem(.badRequest, "The request's body broke off.")
        }
    }

    private enum BodyOutcome: Sendable {
        case whole([UInt8])
        case tooLong
        case late
        case broken
    }

    private static func tooLong(_ most: Int) -> ConsoleProblem {
        ConsoleProblem(.contentTooLarge, "The request's body may have \(most) bytes.")
    }

    /// What the body says that it is, without parameters and in small letters.
    var mediaType: String? { headers[.contentType]?.split(separator: ";").first.map { $0.lowercased().trimmed } }

    /// Refuses a body that does not say that it is JSON: a form of another site cannot say that without asking first.
    func requireJSON() throws(ConsoleProblem) {
        guard mediaType == "application/json" else {
            throw ConsoleProblem(.unsupportedMediaType, "The body must be JSON, and Content-Type application/json.")
        }
    }

    /// Who asks.
    var peer: String { RequestOrigin.peer(of: channel.remoteAddress?.ipAddress, headers) }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// What a route answers.
typealias ConsoleReply = Response

extension Response {
    /// A body that is whole.
    init(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// A value as JSON.
    init(_ json: JSONValue, status: HTTPResponse.Status = .ok) {
        self.init(json.encoded, type: "application/json; charset=utf-8", status: status)
    }

    /// A problem as JSON.
    init(_ problem: ConsoleProblem) {
        self.init(problem.json, status: problem.status)
        if let retryAfter = problem.retryAfter { headers[.retryAfter] = "\(retryAfter)" }
        if let allowed = problem.allowed { headers[.allow] = allowed }
        if problem.code == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"neurond\"" }
    }

    /// The same, after which the connection is closed: what the client still has to say is not waited for.
    func closing(_ channel: any Channel) -> Response {
        var response = self
        let body = self.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            channel.close(promise: nil)
        }
        response.headers[.connection] = "close"
        return response
    }
}
