import Foundation
import NeuronCore

/// Holds answers against the description of the interface, member by member.
///
/// It is stricter than JSON Schema: a member that is not described is a difference, and so is a list without an element, of which
/// nothing can be said.
struct SchemaCheck {
    /// A value of JSON.
    indirect enum Tree: Decodable, Hashable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([Tree])
        case object([String: Tree])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let text = try? value.decode(String.self) {
                self = .string(text)
            } else if let elements = try? value.decode([Tree].self) {
                self = .array(elements)
            } else {
                self = .object(try value.decode([String: Tree].self))
            }
        }

        subscript(key: String) -> Tree? {
            guard case .object(let members) = self else { return nil }
            return members[key]
        }

        var members: [String: Tree] {
            guard case .object(let members) = self else { return [:] }
            return members
        }

        var elements: [Tree] {
            guard case .array(let elements) = self else { return [] }
            return elements
        }

        var text: String? {
            guard case .string(let text) = self else { return nil }
            return text
        }

        func isOf(_ type: String) -> Bool {
            switch (self, type) {
            case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
                (.object, "object"):
                true
            case (.number(let number), "integer"): number == number.rounded()
            default: false
            }
        }
    }

    private let document: Tree

    init(_ document: [UInt8]) throws { self.document = try Self.tree(document) }

    static func tree(_ bytes: [UInt8]) throws -> Tree { try JSONDecoder().decode(Tree.self, from: Data(bytes)) }

    /// What is said of the JSON of an answer.
    func answer(to method: String, _ path: String, _ status: Int) -> Tree? {
        let responses = document["paths"]?[path]?[method.lowercased()]?["responses"]
        return responses?["\(status)"].map(resolved)?["content"]?["application/json"]?["schema"]
    }

    /// What is not as it is described, each with its place.
    func differences(in answer: [UInt8], from schema: Tree) throws -> [String] {
        differences(try Self.tree(answer), schema, at: "")
    }

    private func differences(_ value: Tree, _ schema: Tree, at place: String) -> [String] {
        let schema = resolved(schema)
        if let choices = schema["oneOf"]?.elements {
            let found = choices.map { differences(value, $0, at: place) }
            return found.contains([]) ? [] : found.min { $0.count < $1.count } ?? []
        }
        let types = schema["type"].map { $0.text.map { [$0] } ?? $0.elements.compactMap(\.text) } ?? []
        guard types.isEmpty || types.contains(where: value.isOf) else {
            return ["\(place) is no \(types.joined(separator: ", "))"]
        }
        if let words = schema["enum"]?.elements, !words.contains(value) { return ["\(place) is another word"] }
        switch value {
        case .object(let members): return differences(members, schema, at: place)
        case .array(let elements): return differences(elements, schema, at: place)
        case .string(let text): return isAsDescribed(text, schema) ? [] : ["\(place) has another form"]
        case .null, .bool, .number: return []
        }
    }

    private func differences(_ members: [String: Tree], _ schema: Tree, at place: String) -> [String] {
        let parts = (schema["allOf"]?.elements ?? [schema]).map(resolved)
        let known = parts.reduce(into: [:]) { $0.merge($1["properties"]?.members ?? [:]) { first, _ in first } }
        let required = parts.flatMap { $0["required"]?.elements.compactMap(\.text) ?? [] }
        let other = schema["additionalProperties"]
        // An object of which no member is described may hold any.
        let isAny = known.isEmpty && other == nil
        let missing = required.filter { members[$0] == nil }.map { "\(place)/\($0) is missing" }
        return missing
            + members.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
                if let described = known[key] ?? other { return differences(value, described, at: "\(place)/\(key)") }
                return isAny ? [] : ["\(place)/\(key) is not described"]
            }
    }

    private func differences(_ elements: [Tree], _ schema: Tree, at place: String) -> [String] {
        guard !elements.isEmpty else { return ["\(place) has nothing in it"] }
        guard let described = schema["items"] else { return ["\(place) holds what is not described"] }
        if case .number(let most) = schema["maxItems"], Double(elements.count) > most {
            return ["\(place) is too long"]
        }
        if case .number(let least) = schema["minItems"], Double(elements.count) < least {
            return ["\(place) is too short"]
        }
        return elements.enumerated().flatMap { differences($1, described, at: "\(place)/\($0)") }
    }

    private func isAsDescribed(_ text: String, _ schema: Tree) -> Bool {
        if let pattern = schema["pattern"]?.text, (try? Regex(pattern).firstMatch(in: text)) == nil { return false }
        switch schema["format"]?.text {
        case "date-time": return WallTime(rfc3339: text) != nil
        case "date": return WallTime(rfc3339: text + "T00:00:00Z") != nil
        default: return true
        }
    }

    /// What a reference leads to.
    private func resolved(_ schema: Tree) -> Tree {
        guard let path = schema["$ref"]?.text?.split(separator: "/").dropFirst() else { return schema }
        let found = path.reduce(Tree?.some(document)) { $0?[String($1)] }
        return found.map(resolved) ?? .null
    }
}
