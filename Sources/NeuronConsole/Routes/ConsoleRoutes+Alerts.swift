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
        guard let id = Self.ulid(try request.parameter("id")) else { throw Self.noSuchAlert }
        return id
    }

    /// The name of an alert in capitals; nil where a text is none.
    private static func ulid(_ text: String) -> String? {
        let capitals = String(decoding: text.utf8.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
        return ULID.isOne(capitals) ? capitals : nil
    }

    private func question(_ request: ConsoleRequest) throws(ConsoleProblem) -> AlertQuestion {
        var question = AlertQuestion()
        if let text = try request.query("state") {
            guard let state = AlertQuestion.State(rawValue: text) else {
                throw ConsoleProblem(.badRequest, "`state` must be open, closed or all.")
            }
            question.state = state
        }
        question.camera = try token("camera", request)
        question.kind = try token("kind", request)
        question.from = try request.time("from")
        question.to = try request.time("to")
        question.limit = try request.number("limit", in: 1...200, default: 50)
        if let text = try request.query("before") {
            guard let before = Self.ulid(text) else {
                throw ConsoleProblem(.badRequest, "`before` must be the `next` of the page before.")
            }
            question.before = before
        }
        return question
    }

    /// What can be a camera's id or a kind of alert.
    private func token(_ name: String, _ request: ConsoleRequest) throws(ConsoleProblem) -> String? {
        guard let text = try request.query(name) else { return nil }
        guard TopicToken.isValid(text) else {
            throw ConsoleProblem(.badRequest, "`\(name)` must be 1 to 64 of a-z, 0-9, _ and -.")
        }
        return text
    }
}

extension AlertAction {
    /// Reads what an operator says; who says it is the least.
    fileprivate init(_ verb: Verb, body: [UInt8]) throws(ConsoleProblem) {
        let said: Said
        do {
            said = try JSONDecoder().decode(Said.self, from: Data(body))
        } catch let problem as ConsoleProblem {
            throw problem
        } catch {
            throw ConsoleProblem(
                .badRequest,
                "The body must be a JSON object with `by` and maybe `note`, `disposition`, `cause`, `to`, `tier` and "
                    + "`ifRevision`."
            )
        }
        if let revision = said.ifRevision, !(1...Int(Int32.max)).contains(revision) {
            throw ConsoleProblem(.badRequest, "`ifRevision` must be the `revision` of the alert as it was shown.")
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
        guard line.unicodeScalars.count <= longest else {
            throw ConsoleProblem(
                .badRequest,
                "`\(name)` may have \(longest) characters, and this has \(line.unicodeScalars.count)."
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

        private enum Name: String, CodingKey, CaseIterable {
            case by, tier, note, disposition, cause, to, ifRevision
        }

        init(from decoder: any Decoder) throws {
            try Self.refuseOthers(than: Name.allCases.map(\.rawValue), in: decoder)
            let members = try decoder.container(keyedBy: Name.self)
            by = try members.decode(String.self, forKey: .by)
            tier = try members.decodeIfPresent(String.self, forKey: .tier)
            note = try members.decodeIfPresent(String.self, forKey: .note)
            disposition = try members.decodeIfPresent(String.self, forKey: .disposition)
            cause = try members.decodeIfPresent(String.self, forKey: .cause)
            to = try members.decodeIfPresent(String.self, forKey: .to)
            ifRevision = try members.decodeIfPresent(Int.self, forKey: .ifRevision)
        }

        /// What nobody reads must not be taken for said: a misspelt `ifRevision` would guard nothing.
        private static func refuseOthers(than known: [String], in decoder: any Decoder) throws {
            let given = try decoder.container(keyedBy: AnyName.self).allKeys.map(\.stringValue)
            guard let stranger = given.filter({ !known.contains($0) }).min() else { return }
            // Of what the client sent, only what could be the name of a member is said again.
            let isPlain =
                stranger.utf8.count <= 40 && stranger.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            throw ConsoleProblem(
                .badRequest,
                "\(isPlain ? "`\(stranger)`" : "A member of the body") is unknown; known are "
                    + known.map { "`\($0)`" }.joined(separator: ", ") + "."
            )
        }
    }

    /// The name of any member.
    private struct AnyName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
