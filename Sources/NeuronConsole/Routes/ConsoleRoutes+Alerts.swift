import FoundationEssentials
import Hummingbird
import NeuronCore

extension ConsoleRoutes {
    var alerts: [ConsoleRoute] {
        let actions = AlertAction.Verb.allCases.map { verb in
            ConsoleRoute(.post, "/api/v1/alerts/{id}/\(verb.rawValue)", body: .json) { request in
                let action = try AlertAction(verb, body: try await request.body(upTo: 16 << 10))
                return Response(try await feed.act(action, on: try alertID(request)).json)
            }
        }
        return [
            ConsoleRoute(.get, "/api/v1/alerts") { request in
                let page = try await feed.alerts(try question(request))
                return Response(["alerts": JSONValue(page.alerts.map(\.json)), "next": JSONValue(page.next)])
            },
            ConsoleRoute(.get, "/api/v1/alerts/{id}") { request in
                guard let dossier = try await feed.alert(try alertID(request)) else { throw Self.noSuchAlert }
                return Response(dossier.json)
            },
        ] + actions
    }

    private static let noSuchAlert = ConsoleProblem(.notFound, "There is no alert of that id, or it is forgotten.")

    private func alertID(_ request: ConsoleRequest) throws(ConsoleProblem) -> String {
        let id = try request.parameter("id").uppercased()
        guard Self.isULID(id) else { throw Self.noSuchAlert }
        return id
    }

    /// 26 characters of Crockford's alphabet.
    private static func isULID(_ text: String) -> Bool {
        ULID.isOne(text)
    }

    private func question(_ request: ConsoleRequest) throws(ConsoleProblem) -> AlertQuestion {
        var question = AlertQuestion()
        if let text = request.query("state"), !text.isEmpty {
            guard let state = AlertQuestion.State(rawValue: text) else {
                throw ConsoleProblem(.badRequest, "`state` must be open, closed or all.")
            }
            question.state = state
        }
        question.camera = request.query("camera").flatMap { $0.isEmpty ? nil : $0 }
        question.kind = request.query("kind").flatMap { $0.isEmpty ? nil : $0 }
        question.from = try request.time("from")
        question.to = try request.time("to")
        question.limit = try request.number("limit", in: 1...200, default: 50)
        if let before = request.query("before"), !before.isEmpty {
            guard Self.isULID(before) else {
                throw ConsoleProblem(.badRequest, "`before` must be the `next` of the page before.")
            }
            question.before = before
        }
        return question
    }
}

extension AlertAction {
    /// Reads what an operator says; who says it is the least.
    fileprivate init(_ verb: Verb, body: [UInt8]) throws(ConsoleProblem) {
        let said: Said
        do {
            said = try JSONDecoder().decode(Said.self, from: Data(body))
        } catch {
            throw ConsoleProblem(
                .badRequest,
                "The body must be a JSON object with `by` and maybe `note`, `disposition`, `cause`, `to`, `tier` and "
                    + "`ifRevision`."
            )
        }
        guard let by = try Self.line("by", said.by, longest: 128) else {
            throw ConsoleProblem(.badRequest, "`by` must be a name of 1 to 128 bytes.")
        }
        if verb == .close, said.disposition == nil {
            throw ConsoleProblem(.badRequest, "To close an alert, say in `disposition` what it was.")
        }
        self.init(verb, by: by)
        tier = said.tier
        note = try Self.line("note", said.note, longest: 500)
        disposition = said.disposition
        cause = try Self.line("cause", said.cause, longest: 64)
        to = try Self.line("to", said.to, longest: 128)
        ifRevision = said.ifRevision
    }

    /// A text as the desk takes it: one line, with spaces where lines ended; nil where nothing is left.
    private static func line(_ name: String, _ text: String?, longest: Int) throws(ConsoleProblem) -> String? {
        let space: Unicode.Scalar = " "
        let scalars = (text ?? "").unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? space : $0 }
        let trimmed = scalars.drop { $0 == space }.reversed().drop { $0 == space }.reversed()
        let line = String(String.UnicodeScalarView(trimmed))
        guard line.utf8.count <= longest else {
            throw ConsoleProblem(
                .badRequest,
                "`\(name)` may have \(longest) bytes in UTF-8, and this has \(line.utf8.count)."
            )
        }
        return line.isEmpty ? nil : line
    }

    private struct Said: Decodable {
        var by: String
        var tier: String?
        var note: String?
        var disposition: String?
        var cause: String?
        var to: String?
        var ifRevision: Int?
    }
}
