import NeuronCore

/// The JSON Schema of the configuration file, made of the same tables as the reader.
///
/// It says what one key may hold. Rules between keys, and those that JSON Schema has no words for (a polygon that crosses
/// itself, a range of times), are checked by the reader only.
package enum ConfigurationSchema {
    /// The schema (draft 2020-12) as indented JSON, without a line end behind it.
    package static var json: String { document.text() }

    static var document: JSONText {
        let root = ConfigurationSection<Configuration>.root.description
        let definitions = root.tree.dropFirst().map { JSONText.Member(name: $0.name, value: schema(of: $0)) }
        return JSONText.members([
            "$schema": .string("https://json-schema.org/draft/2020-12/schema"),
            "$id": .string("urn:neurond:schema:configuration:v1"),
            "title": .string("neurond configuration"),
        ]).adding(schema(of: root)).adding(["$defs": .object(Array(definitions))])
    }

    private static func schema(of section: SectionDescription) -> JSONText {
        let required = section.fields.filter(\.isRequired).map(\.key)
        let properties = section.fields.map { JSONText.Member(name: $0.key, value: schema(of: $0)) }
        return JSONText.members([
            "description": .string(section.summary), "type": .string("object"), "additionalProperties": .bool(false),
        ])
        .adding(required.isEmpty ? [:] : ["required": .strings(required)])
        .adding(["properties": .object(properties)])
    }

    private static func schema(of field: SectionDescription.Field) -> JSONText {
        let described = JSONText.members(["description": .string(field.summary)]).adding(field.schema)
        guard let text = field.defaultText else { return described }
        return described.adding(["default": jsonValue(text, of: field.schema)])
    }

    /// A default as JSON has it: a number or a flag where the schema wants one, a text otherwise.
    private static func jsonValue(_ text: String, of schema: JSONText) -> JSONText {
        if text == "true" || text == "false" { return .bool(text == "true") }
        return DecimalNumber.parse(text) == nil ? .string(text) : .number(text)
    }
}
