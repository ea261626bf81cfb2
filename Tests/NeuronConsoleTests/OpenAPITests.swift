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
            book: ConnectionBook(most: 1),
            eventStreams: StreamGate(most: 1),
            pictureStreams: StreamGate(most: 1),
            figures: RequestFigures()
        ).all
    }

    @Test func `each route is described, and each description has a route`() throws {
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
        let served = Set(routes.map { "\($0.method.rawValue) \($0.pattern.replacingOccurrences(of: "*}", with: "}"))" })
        #expect(described == served)
    }

    @Test func `what is open and what needs the token is said as it is`() throws {
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        for route in routes {
            let path = route.pattern.replacingOccurrences(of: "*}", with: "}")
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

    @Test func `answers have the members that are described, and no others`() async throws {
        let components = try #require(document["components"] as? [String: [String: Any]])
        let schemas = try #require(components["schemas"] as? [String: [String: Any]])
        let answers: [(String, String)] = [
            ("/api/v1/box", "Box"), ("/api/v1/cameras", "Cameras"), ("/api/v1/cameras/gate", "Camera"),
            ("/api/v1/alerts", "Alerts"), ("/api/v1/activity?day=2026-11-21", "Activity"),
            ("/api/v1/cameras/gate/tuning", "Tuning"), ("/nothing", "Problem"),
        ]
        let wanted = try answers.map { path, name in
            (path, Set(try #require(schemas[name]?["properties"] as? [String: Any]).keys))
        }
        let alert = Set(try #require(schemas["Alert"]?["properties"] as? [String: Any]).keys)
        #expect(Set(StubFeed.record.members.map(\.key)) == alert)
        try await ConsoleRig.serve { (rig) async throws in
            for (path, members) in wanted {
                let answer = try await rig.ask("GET", path)
                let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
                #expect(Set(try #require(object).keys) == members, "\(path)")
            }
        }
    }
}
