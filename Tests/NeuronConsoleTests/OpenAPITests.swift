import Foundation
import HTTPTypes
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronConsole

/// The description of the interface says what the routes do, and nothing else.
@Suite(.timeLimit(.minutes(10))) struct OpenAPITests {
    private let document: [String: Any]

    init() throws {
        let object = try JSONSerialization.jsonObject(with: Data(OpenAPIFile.asset.bytes))
        document = try #require(object as? [String: Any])
    }

    private var routes: [ConsoleRoute] {
        ConsoleRoutes(
            feed: StubFeed(),
            desk: nil,
            limits: ConsoleLimits(),
            clock: SystemClock(),
            book: ConnectionBook(most: 1),
            eventStreams: StreamGate(most: 1),
            pictureStreams: StreamGate(most: 1),
            checks: StreamGate(most: 1),
            figures: RequestFigures()
        ).all
    }

    /// A route's path as OpenAPI can say it: a part of a path holds no slash there, and files of alerts lie two folders deep.
    private static func described(_ route: ConsoleRoute) -> String {
        route.pattern.replacingOccurrences(of: "{path*}", with: "{day}/{camera}/{file}")
    }

    @Test func `each route is described, and each description has a route`() throws {
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
        let served = Set(routes.map { "\($0.method.rawValue) \(Self.described($0))" })
        #expect(described == served)
    }

    @Test func `what is open and what needs the token is said as it is`() throws {
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        for route in routes {
            let path = Self.described(route)
            let operation = try #require(paths[path]?[route.method.rawValue.lowercased()])
            let isOpen = (operation["security"] as? [Any])?.isEmpty == true
            #expect(isOpen == (route.access == .open), "\(path)")
            let responses = try #require(operation["responses"] as? [String: Any])
            #expect((responses["401"] != nil) == (route.access == .guarded || path == "/login"), "\(path)")
        }
    }

    @Test func `each reference leads somewhere`() throws {
        let text = String(decoding: OpenAPIFile.asset.bytes, as: UTF8.self)
        for match in text.matches(of: /"#\/components\/([a-z]+)\/([A-Za-z]+)"/.ignoresCase()) {
            let components = try #require(document["components"] as? [String: [String: Any]])
            #expect(components[String(match.output.1)]?[String(match.output.2)] != nil, "\(match.output.0)")
        }
    }

    private static let alert = "/api/v1/alerts/\(StubFeed.alertID)"

    @Test(arguments: [
        ("/api/v1/box", "GET", "/api/v1/box", 200), ("/api/v1/cameras", "GET", "/api/v1/cameras", 200),
        ("/api/v1/cameras/{id}", "GET", "/api/v1/cameras/gate", 200),
        ("/api/v1/cameras/{id}", "GET", "/api/v1/cameras/none", 404),
        ("/api/v1/cameras/{id}/tuning", "GET", "/api/v1/cameras/gate/tuning", 200),
        ("/api/v1/cameras/{id}/picture.jpg", "GET", "/api/v1/cameras/gate/picture.jpg", 503),
        ("/api/v1/alerts", "GET", "/api/v1/alerts", 200), ("/api/v1/alerts", "GET", "/api/v1/alerts?limit=0", 400),
        ("/api/v1/alerts/{id}", "GET", Self.alert, 200),
        ("/api/v1/alerts/{id}/ack", "POST", Self.alert + "/ack", 200),
        ("/api/v1/alerts/{id}/reopen", "POST", Self.alert + "/reopen", 409),
        ("/api/v1/activity", "GET", "/api/v1/activity?day=2026-11-21", 200),
        ("/api/v1/configuration", "GET", "/api/v1/configuration", 200),
        ("/api/v1/configuration/check", "POST", "/api/v1/configuration/check", 200),
        ("/readyz", "GET", "/readyz", 503), ("/api/v1/box", "PUT", "/api/v1/box", 405),
    ])
    func `an answer is what is described, to its last member`(
        pattern: String,
        method: String,
        path: String,
        status: Int
    )
        async throws
    {
        let check = try SchemaCheck(OpenAPIFile.asset.bytes)
        let schema = try #require(check.answer(to: method == "PUT" ? "GET" : method, pattern, status))
        let feed = StubFeed(isReady: false, running: RunningConfiguration(digest: "0a", yaml: "a: 1"))
        try await ConsoleRig.serve(feed) { (rig) async throws in
            let headers = ["Accept: application/json", "Content-Type: application/json"]
            let answer = try await rig.ask(method, path, headers, body: method == "POST" ? #"{"by":"anna"}"# : nil)
            #expect(answer.status == status)
            #expect(try check.differences(in: answer.body, from: schema) == [])
        }
    }

    @Test(arguments: [
        (#"{"a":1}"#, ["/b is missing"]), (#"{"a":1,"b":[{"c":"x"}],"d":0}"#, ["/d is not described"]),
        (#"{"a":"1","b":[{"c":"x"}]}"#, ["/a is no integer, null"]), (#"{"a":null,"b":[]}"#, ["/b has nothing in it"]),
        (#"{"a":true,"b":[{"c":"z"},{}]}"#, ["/a is no integer, null", "/b/0/c is another word", "/b/1/c is missing"]),
    ])
    func `a difference is found wherever it is`(answer: String, differences: [String]) throws {
        let document = #"""
            {"components": {"schemas": {"X": {"type": "object", "required": ["c"], "properties": {"c": {"enum": ["x"]}}}}}}
            """#
        let schema = #"""
            {"type": "object", "required": ["a", "b"], "properties": {"a": {"type": ["integer", "null"]},
            "b": {"type": "array", "items": {"allOf": [{"$ref": "#/components/schemas/X"}]}}}}
            """#
        let check = try SchemaCheck(Array(document.utf8))
        let found = try check.differences(in: Array(answer.utf8), from: try SchemaCheck.tree(Array(schema.utf8)))
        #expect(found.sorted() == differences)
    }
}
