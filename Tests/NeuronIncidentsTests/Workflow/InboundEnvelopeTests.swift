import Foundation
import NeuronCore
import NeuronIncidents
import NeuronTestSupport
import Testing

@Suite struct InboundEnvelopeTests {
    private static let acknowledged = """
        {"specversion":"1.0","id":"01K3A7R","source":"urn:neurond:desk:street-s005:op17","type":"org.neurond.feedback.\
        acknowledged.v1","subject":"d310104/s005/c012/g031/cam0042","time":"2026-08-22T10:16:00Z","correlationid":"A1",\
        "data":{"alertId":"A1","ifRevision":4,"actor":{"id":"op17","tier":"street","unit":"s005"},"note":"wind"}}
        """

    private static let replay = """
        {"specversion":"1.0","id":"c-1","source":"urn:desk","type":"org.neurond.command.replay.v1",\
        "time":"2026-08-22T10:16:00Z","expirytime":"2026-08-22T10:17:00Z","data":{"actor":{"id":"op17","tier":"street"},\
        "fromSequence":"0001-00000000000000000001","responseTopic":"nd/v1/d310104/s005/c012/g031/desk/rsp/x"}}
        """

    /// Whether a message is taken, as feedback or as a command.
    private func code(_ text: String) -> Rejection.Code? { code(Array(text.utf8)) }

    private func code(_ bytes: [UInt8]) -> Rejection.Code? {
        do throws(Rejection) {
            let envelope = try InboundEnvelope(hostile: bytes)
            switch envelope.family {
            case .feedback: _ = try envelope.feedback()
            case .command: _ = try envelope.command()
            }
            return nil
        } catch {
            return error.code
        }
    }

    private func changed(_ text: String, _ old: String, _ new: String) -> String {
        #expect(text.contains(old))
        return text.replacingOccurrences(of: old, with: new)
    }

    @Test func `feedback is read with all that it says`() throws {
        let feedback = try InboundEnvelope(hostile: Array(Self.acknowledged.utf8)).feedback()
        #expect(feedback.verb == .acknowledged && feedback.alertID == "A1" && feedback.ifRevision == 4)
        #expect(feedback.actor == Actor(id: "op17", tier: .street, unit: "s005") && feedback.note == "wind")
        #expect(feedback.time == WallTime(rfc3339: "2026-08-22T10:16:00Z"))
    }

    @Test func `a command is read with all that it says`() throws {
        let command = try InboundEnvelope(hostile: Array(Self.replay.utf8)).command()
        #expect(command.order == .replay(.sequences(from: "0001-00000000000000000001", to: nil)))
        #expect(command.word == "replay" && command.actor.tier == .street)
    }

    @Test func `a receipt names one event or many, and nobody need sign it`() throws {
        let one = """
            {"specversion":"1.0","id":"r1","source":"urn:platform","type":"org.neurond.feedback.received.v1",\
            "time":"2026-08-22T10:16:00Z","causationid":"E1","data":{}}
            """
        #expect(try InboundEnvelope(hostile: Array(one.utf8)).feedback().eventIDs == ["E1"])
        let many = changed(one, "\"data\":{}", "\"data\":{\"eventIds\":[\"E1\",\"E2\"]}")
        #expect(try InboundEnvelope(hostile: Array(many.utf8)).feedback().eventIDs == ["E1", "E2"])
        #expect(code(changed(one, ",\"causationid\":\"E1\"", "")) == .wrongSchema)
    }

    @Test func `bytes that are no JSON are refused, whatever they are`() {
        let deep = String(repeating: "[", count: 40_000)
        let deepObject = String(repeating: "{\"a\":", count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        let bad = [
            "", " ", "not json", "{", "{}x", "{\"a\"}", "{\"a\":}", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01",
            "-", "1.",
            "1e", "1e999", "nul", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", deep,
            deepObject, "{'a':1}", "\u{FEFF}{}",
        ]
        for text in bad { #expect(code(text) == .malformed, "\(text.prefix(40))") }
        #expect(code([0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]) == .malformed)
        #expect(code([UInt8](repeating: 0x20, count: 10 << 20)) == .malformed)
        #expect(
            code("[]") == .wrongSchema && code("3.5e2") == .wrongSchema && code("\"\\ud83d\\ude00\"") == .wrongSchema
        )
    }

    @Test func `the length of a text is counted as the schema counts it`() {
        let note = String(repeating: "警", count: 500)
        #expect(code(changed(Self.acknowledged, "\"wind\"", "\"\(note)\"")) == nil)
        #expect(code(changed(Self.acknowledged, "\"wind\"", "\"\(note)x\"")) == .wrongSchema)
    }

    @Test func `JSON that is not what the schema says is refused, and the sentence names the place`() throws {
        let base = Self.acknowledged
        let wrong = [
            changed(base, "\"1.0\"", "\"0.3\""), changed(base, "\"01K3A7R\"", "17"),
            changed(base, "\"01K3A7R\"", "\"../../x\""), changed(base, "acknowledged.v1", "acknowledged.v2"),
            changed(base, "feedback.", "motion."), changed(base, "acknowledged.v1", "ignored.v1"),
            changed(base, "10:16:00Z", "25:16:00Z"), changed(base, "\"ifRevision\":4", "\"ifRevision\":\"4\""),
            changed(base, "\"ifRevision\":4", "\"ifRevision\":4.5"),
            changed(base, "\"ifRevision\":4", "\"ifRevision\":0"),
            changed(base, "\"ifRevision\":4", "\"ifRevison\":4"), changed(base, "\"street\"", "\"city\""),
            changed(base, "\"tier\":\"street\",", ""), changed(base, "\"s005\"", "\"s 5\""),
            changed(base, "\"wind\"", "\"\(String(repeating: "x", count: 501))\""),
            changed(base, "\"note\":\"wind\"", "\"regions\":[[1,2,3]]"),
            changed(base, "\"data\":{", "\"data\":[{") + "]",
            changed(base, "acknowledged.v1", "evaluated.v1"),
            changed(changed(base, "acknowledged.v1", "evaluated.v1"), "\"ifRevision\":4", "\"disposition\":\"reopen\""),
            changed(Self.replay, "\"expirytime\":\"2026-08-22T10:17:00Z\",", ""),
            changed(Self.replay, "0001-00000000000000000001", "1-1"),
            changed(
                Self.replay,
                "\"fromSequence\":\"0001-00000000000000000001\"",
                "\"toTime\":\"2026-08-22T10:17:00Z\""
            ),
            changed(Self.replay, "replay.v1", "arm.v1"), changed(Self.replay, "replay.v1", "format.v1"),
        ]
        for text in wrong {
            let code = code(text)
            #expect(code == .wrongSchema || (code == .malformed && text.hasSuffix("]")), "\(text)")
        }
        do throws(Rejection) {
            _ = try InboundEnvelope(hostile: Array(wrong[7].utf8)).feedback()
        } catch {
            #expect(error.reason == "data.ifRevision must be a whole number from 1 to 2147483647.")
        }
    }

    @Test func `a message with bytes changed at random is read or refused, and never ends the process`() {
        var random = SplitMix(seed: 5)
        for _ in 0..<5000 {
            var bytes = Array((Bool.random(using: &random) ? Self.acknowledged : Self.replay).utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
                default: bytes.insert(contentsOf: Array("{[\"\\u:,1-e".utf8.shuffled(using: &random)), at: place)
                }
            }
            _ = code(bytes)
            _ = InboundEnvelope.names(in: bytes)
        }
    }

    @Test func `what is taken keeps to the published schemas, and they refuse what is not`() throws {
        let folder = try TemporaryDirectory()
        func isValid(_ text: String, _ schema: String) throws -> Bool {
            let script =
                "import json,sys,jsonschema\nv=jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))\n"
                + "print(len(list(v.iter_errors(json.load(open(sys.argv[2]))))))"
            let arguments = [
                "-c", script, try folder.write(schema.utf8, to: "schema.json"),
                try folder.write(text.utf8, to: "value.json"),
            ]
            return try CommandLineTool.run("python3", arguments) == "0\n"
        }
        #expect(try isValid(Self.acknowledged, FeedbackSchema.json))
        #expect(try isValid(Self.replay, CommandSchema.json))
        let reopening = changed(Self.acknowledged, "acknowledged.v1", "evaluated.v1")
            .replacingOccurrences(of: "\"note\"", with: "\"disposition\":\"reopen\",\"note\"")
        #expect(try isValid(reopening, FeedbackSchema.json))
        #expect(try InboundEnvelope(hostile: Array(reopening.utf8)).feedback().verb == .reopened)
        for (old, new) in [("\"ifRevision\":4,", ""), ("\"reopen\"", "\"open\""), ("\"street\"", "\"city\"")] {
            let bad = changed(reopening, old, new)
            #expect(try !isValid(bad, FeedbackSchema.json) && code(bad) == .wrongSchema, "\(bad)")
        }
        #expect(try !isValid(changed(Self.replay, "replay.v1", "arm.v1"), CommandSchema.json))
        let asked = Asked(id: "c-1", source: "urn:desk", subject: "d310104/s005/c012/g031/cam0042", alertID: "A1")
        let composer = ResultComposer(box: .unnamed)
        var accepted = composer.accepted(asked, at: Sample.onset)
        accepted.data.alert = ResultEvent.AlertState(try Sample.document())
        let rejected = composer.rejected(asked, Rejection(.expired, "Too late."), at: Sample.onset)
        for result in [accepted, rejected] {
            #expect(try isValid(String(decoding: result.encoded, as: UTF8.self), ResultSchema.json))
        }
    }

    // MARK: - Where answers go

    @Test func `an answer goes below the asker's own desk and nowhere else`() {
        let subject = "d310104/s005/c012/g031/cam0042"
        func place(_ topic: String?, _ tier: AlertTier?) -> String? {
            do throws(Rejection) {
                let actor = tier.map { Actor(id: "op17", tier: $0) }
                return try ResponsePlace.judge(topic, subject: subject, actor: actor) ?? "usual"
            } catch {
                return error.code.rawValue
            }
        }
        let street = "nd/v1/d310104/s005/_/_/desk/rsp/Answer-1"
        #expect(place(nil, .street) == "usual" && place(street, .street) == street)
        #expect(place("nd.v1.d310104.s005._._.desk.rsp.Answer-1", .street) == street)
        #expect(place(street, .district) == street)
        let foreign = [
            street.replacingOccurrences(of: "s005", with: "s006"), "nd/v1/d310104/s005/c012/g031/cam0042/cmd/arm",
            "nd/v1/d310104/s005/c012/g031/cam0042/fb/x", "homeassistant/x", "nd/v1/+/s005/_/_/desk/rsp/x", "_INBOX.1.2",
            "nd/v1/d310104/s005/c012/g031/rsp/x", "nd/v1/d310104/s005/c012/g031/cam0042/rsp/a/b", "", "/", street + "#",
        ]
        for topic in foreign { #expect(place(topic, .street) == "foreignResponseTopic", "\(topic)") }
        #expect(place(street, .grid) == "foreignResponseTopic" && place(street, nil) == "foreignResponseTopic")
    }
}
