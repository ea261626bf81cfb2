import Foundation
import Testing

@testable import NeuronConfiguration

@Suite struct ConfigurationSchemaTests {
    private let schema: [String: Any]

    init() throws {
        let object = try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.json.utf8))
        schema = try #require(object as? [String: Any])
    }

    @Test func `it is a draft 2020-12 schema in which every key is described and no other is allowed`() throws {
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        for (name, section) in definitions.merging(["configuration": schema], uniquingKeysWith: { first, _ in first }) {
            #expect(section["additionalProperties"] as? Bool == false, "\(name)")
            let properties = try #require(section["properties"] as? [String: [String: Any]])
            for (key, property) in properties { #expect(property["description"] is String, "\(name).\(key)") }
        }
    }

    @Test func `defaults have the type that JSON gives them`() throws {
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        func value(_ section: String, _ key: String) throws -> Any? {
            try #require(definitions[section]?["properties"] as? [String: [String: Any]])[key]?["default"]
        }
        #expect(try value("motion", "enabled") as? Bool == true)
        #expect(try value("motion", "minimumArea") as? Double == 0.0001)
        #expect(try value("motion", "eventGap") as? String == "2s")
        #expect(try value("jsonl-sink", "keep") as? Int == 8)
        #expect(try value("camera", "id") == nil)
    }

    @Test func `it accepts the example`() throws {
        let text = try String(contentsOfFile: repositoryFile("systemd/neurond.yaml.example"), encoding: .utf8)
        #expect(faults(text) == [])
    }

    @Test(arguments: [
        "    sampling: {fps: 5}\n", "    sampling: fps:5\n", "    motion: {sensitivity: 7, minimumArea: 5%}\n",
        "    zones: [{name: z, polygon: [[0,0],[1,0],[1,0.5]], eventGap: 1.5s}]\n", "sinks: [{type: stdout}]\n",
        "    credentials: /etc/neurond/gate\n", "    loop: false\n", "outbox: {capacity: 1GB}\n",
        "    openTimeout: .5 s\n", "    sampling: 'fps: 2.5'\n",
    ])
    func `it accepts what the reader accepts`(lines: String) {
        #expect(problems(of: withCamera(lines)) == [])
        #expect(faults(withCamera(lines)) == [])
    }

    @Test(arguments: [
        "    fps: 5\n", "    sampling: often\n", "    sampling: {fps: 500}\n", "    motion: {sensitivity: 11}\n",
        "    motion: {minimumArea: 5}\n", "    motion: {enabled: yes}\n", "    openTimeout: 10\n",
        "    openTimeout: 10sec\n",
        "    zones: [{name: z, polygon: [[0,0],[1,0]]}]\n", "    zones: [{name: z, polygon: [[0,0],[1,0],[1,2]]}]\n",
        "    zones: [{polygon: [[0,0],[1,0],[1,1]]}]\n", "    credentials: admin:hunter2\n", "sinks: [{type: nats}]\n",
        "sinks: [{type: stdout, path: a}]\n", "outbox: {capacity: 64}\n", "box: Box\n", "log: {level: loud}\n",
    ])
    func `it refuses what the reader refuses`(lines: String) {
        #expect(problems(of: withCamera(lines)) != [])
        #expect(faults(withCamera(lines)) != [])
    }

    private func faults(_ text: String) -> [String] {
        var log = ProblemLog()
        guard let source = ConfigurationText(bytes: Array(text.utf8), log: &log) else { return ["no text"] }
        var composer = YAMLComposer(source)
        guard let root = composer.compose(log: &log) else { return ["no YAML"] }
        return SchemaCheck(definitions: schema["$defs"] as? [String: [String: Any]] ?? [:]).faults(root, schema)
    }
}

/// As much of JSON Schema as our schema uses; a keyword that it doesn't know is a fault.
private struct SchemaCheck {
    let definitions: [String: [String: Any]]

    func faults(_ node: YAMLNode, _ schema: [String: Any]) -> [String] {
        schema.flatMap { faults(node, keyword: $0.key, $0.value, schema) }
    }

    private func faults(_ node: YAMLNode, keyword: String, _ value: Any, _ schema: [String: Any]) -> [String] {
        switch (keyword, value) {
        case ("$schema", _), ("$id", _), ("$defs", _), ("title", _), ("description", _), ("default", _): return []
        case ("$ref", let name as String):
            guard let definition = definitions[String(name.dropFirst("#/$defs/".count))] else { return ["no \(name)"] }
            return faults(node, definition)
        case ("oneOf", let choices as [[String: Any]]):
            return choices.count { faults(node, $0).isEmpty } == 1 ? [] : ["\(node.path): not one of"]
        case ("type", let name as String): return types(of: node).contains(name) ? [] : ["\(node.path): no \(name)"]
        case ("enum", let words as [String]): return words.contains(text(node)) ? [] : ["\(node.path): no such word"]
        case ("const", let word as String): return word == text(node) ? [] : ["\(node.path): not \(word)"]
        case ("pattern", let pattern as String):
            let isMatch = text(node).range(of: pattern, options: .regularExpression) != nil
            return isMatch ? [] : ["\(node.path): not \(pattern)"]
        case ("minLength", let limit as Int): return text(node).count >= limit ? [] : ["\(node.path): too short"]
        case ("maxLength", let limit as Int): return text(node).count <= limit ? [] : ["\(node.path): too long"]
        case ("minimum", let limit as NSNumber):
            return number(node) >= limit.doubleValue ? [] : ["\(node.path): too small"]
        case ("maximum", let limit as NSNumber):
            return number(node) <= limit.doubleValue ? [] : ["\(node.path): too large"]
        case ("exclusiveMinimum", let limit as NSNumber):
            return number(node) > limit.doubleValue ? [] : ["\(node.path): too small"]
        case ("minItems", let limit as Int): return items(node).count >= limit ? [] : ["\(node.path): too few"]
        case ("maxItems", let limit as Int): return items(node).count <= limit ? [] : ["\(node.path): too many"]
        case ("items", let item as [String: Any]): return items(node).flatMap { faults($0, item) }
        case ("required", let keys as [String]):
            return keys.filter { key in !entries(node).contains { $0.key == key } }.map { "\(node.path): no \($0)" }
        case ("properties", let properties as [String: [String: Any]]):
            return entries(node).flatMap { entry in properties[entry.key].map { faults(entry.value, $0) } ?? [] }
        case ("additionalProperties", false as Bool):
            let known = schema["properties"] as? [String: Any] ?? [:]
            return entries(node).filter { known[$0.key] == nil }.map { "\(node.path): unknown \($0.key)" }
        default: return ["unknown keyword \(keyword)"]
        }
    }

    private func types(of node: YAMLNode) -> [String] {
        switch node.content {
        case .mapping: return ["object"]
        case .sequence: return ["array"]
        case .refused: return []
        case .scalar(let text, let isPlain):
            if isPlain, text == "true" || text == "false" { return ["boolean"] }
            if isPlain, Int(text) != nil { return ["integer", "number"] }
            return isPlain && DecimalNumber.parse(text) != nil ? ["number"] : ["string"]
        }
    }

    private func text(_ node: YAMLNode) -> String {
        guard case .scalar(let text, _) = node.content else { return "" }
        return text
    }

    private func number(_ node: YAMLNode) -> Double { DecimalNumber.parse(text(node)) ?? .nan }

    private func items(_ node: YAMLNode) -> [YAMLNode] {
        guard case .sequence(let items) = node.content else { return [] }
        return items
    }

    private func entries(_ node: YAMLNode) -> [YAMLNode.Entry] {
        guard case .mapping(let entries) = node.content else { return [] }
        return entries
    }
}
