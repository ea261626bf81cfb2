import HTTPTypes
import Hummingbird
import NIOCore
import NeuronCore

/// What the console answers, and with what.
struct ConsoleRoutes: Sendable {
    let feed: any ConsoleFeed
    /// Nil where programs of this box need no token.
    let desk: TokenDesk?
    let limits: ConsoleLimits
    let clock: any NeuronClock
    let book: ConnectionBook
    let eventStreams: StreamGate
    let pictureStreams: StreamGate
    /// Configurations that are checked at once.
    let checks: StreamGate
    let figures: RequestFigures

    /// All of them; openapi.json describes the same.
    var all: [ConsoleRoute] { page + box + cameras + alerts + streams + configuration + media }

    private var page: [ConsoleRoute] {
        [
            ConsoleRoute(.get, "/", .open) { serve(StaticPage.index, $0) },
            ConsoleRoute(.get, "/assets/{name}", .open) { request in
                guard let asset = StaticPage.assets[try request.parameter("name")] else {
                    throw ConsoleProblem(.notFound, "The page has no such file.")
                }
                return serve(asset, request)
            },
            ConsoleRoute(.get, "/openapi.json", .open) { serve(OpenAPIFile.asset, $0) },
            ConsoleRoute(.post, "/login", .open, body: .any) { try await logIn($0) },
            ConsoleRoute(.post, "/logout", .open) { logOut($0) },
        ]
    }

    /// The browser asks each time whether it still has the right one.
    private func serve(_ asset: PageAsset, _ request: ConsoleRequest) -> ConsoleReply {
        if request.headers[.ifNoneMatch] == asset.tag {
            return Response(status: .notModified, headers: [.eTag: asset.tag, .cacheControl: "no-cache"])
        }
        var response = Response(asset.bytes, type: asset.contentType)
        response.headers[.eTag] = asset.tag
        response.headers[.cacheControl] = "no-cache"
        return response
    }

    private var box: [ConsoleRoute] {
        [
            ConsoleRoute(.get, "/healthz", .open) { _ in Response(Array("ok\n".utf8), type: "text/plain; charset=utf-8")
            },
            ConsoleRoute(.get, "/readyz", .open) { await ready($0) },
            ConsoleRoute(.get, "/metrics") { _ in
                let source = MetricSource(figures: try await feed.figures(), server: serverFigures)
                return Response(MetricsText.encode(MetricCatalogue.all, source), type: MetricsText.contentType)
            },
            ConsoleRoute(.get, "/api/v1/box") { _ in Response(try await feed.box().json) },
            ConsoleRoute(.get, "/api/v1/activity") { request in
                Response(try await feed.activity(of: try day(request)).json)
            },
        ]
    }

    /// Without a word of what the cameras are called: it is open to everybody who reaches the console.
    private func ready(_ request: ConsoleRequest) async -> ConsoleReply {
        let found = await feed.shortcomings()
        let status: HTTPResponse.Status = found.isEmpty ? .ok : .serviceUnavailable
        guard request.headers[.accept]?.contains("application/json") == true else {
            let text = found.isEmpty ? "ready\n" : found.map { "\($0.code): \($0.message)\n" }.joined()
            return Response(Array(text.utf8), type: "text/plain; charset=utf-8", status: status)
        }
        let reasons = found.map { ["code": .string($0.code), "message": .string($0.message)] as JSONValue }
        return Response(["ready": .bool(found.isEmpty), "reasons": JSONValue(reasons)], status: status)
    }

    private func day(_ request: ConsoleRequest) throws(ConsoleProblem) -> WallTime {
        guard let text = try request.query("day") else {
            let now = clock.wallNow()
            return WallTime(nanoseconds: now.nanoseconds - now.nanoseconds % 86_400_000_000_000)
        }
        guard let day = WallTime(rfc3339: text + "T00:00:00Z"), day >= .epoch else {
            throw ConsoleProblem(.badRequest, "`day` must be a date such as 2026-11-21.")
        }
        return day
    }

    private var serverFigures: ServerFigures {
        let connections = book.figures
        var found = ServerFigures()
        found.connections = connections.open
        found.evicted = connections.evicted
        found.stalled = connections.stalled
        found.eventStreams = eventStreams.count
        found.pictureStreams = pictureStreams.count
        found.wrongTokens = desk?.wrong ?? 0
        found.answers = figures.all
        return found
    }

    private var configuration: [ConsoleRoute] {
        [
            ConsoleRoute(.get, "/api/v1/configuration") { _ in
                guard let running = await feed.configuration() else {
                    throw ConsoleProblem(.notFound, "The text of the running configuration is not known.")
                }
                return Response(["digest": .string(running.digest), "yaml": .string(running.yaml)])
            },
            ConsoleRoute(.post, "/api/v1/configuration/check", body: .any) { try await check($0) },
        ]
    }

    private func check(_ request: ConsoleRequest) async throws -> ConsoleReply {
        let text = try await request.body(upTo: 1 << 20)
        guard let place = checks.enter() else {
            throw ConsoleProblem(.unavailable, "Other configurations are being checked; try again.", retryAfter: 2)
        }
        defer { withExtendedLifetime(place) {} }
        let found = await BlockingCall.runAlone("check") { [feed] in feed.check(configuration: text) }
        let problems = found.map {
            ["line": JSONValue($0.line), "column": JSONValue($0.column), "message": .string($0.message)] as JSONValue
        }
        return Response(["valid": .bool(found.isEmpty), "problems": JSONValue(problems)])
    }
}
