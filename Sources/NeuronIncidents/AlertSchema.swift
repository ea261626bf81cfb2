import FoundationEssentials

/// The published JSON Schema of an alert event.
package enum AlertSchema {
    /// The schema's identifier: a name, not an address.
    package static let id = "urn:neurond:schema:alert:v1"

    /// The schema's text, draft 2020-12.
    package static var json: String { String(decoding: PackageResources.alert_v1_schema_json, as: UTF8.self) }

    /// Every CloudEvents type that there is, in the schema's order.
    package static var eventTypes: [String] {
        do {
            let document = try JSONDecoder().decode(Document.self, from: Data(PackageResources.alert_v1_schema_json))
            return document.properties.type.enum
        } catch {
            preconditionFailure("the schema inside the program names no types: \(error)")
        }
    }

    /// As much of the schema as names the types.
    private struct Document: Decodable {
        var properties: Properties

        struct Properties: Decodable { var type: Values }
        struct Values: Decodable { var `enum`: [String] }
    }
}

/// The published JSON Schema of feedback, what operators say about an alert.
package enum FeedbackSchema {
    /// The schema's text, draft 2020-12.
    package static var json: String { String(decoding: PackageResources.feedback_v1_schema_json, as: UTF8.self) }
}

/// The published JSON Schema of commands, what a box is told to do.
package enum CommandSchema {
    /// The schema's text, draft 2020-12.
    package static var json: String { String(decoding: PackageResources.command_v1_schema_json, as: UTF8.self) }
}

/// The published JSON Schema of the answers to both.
package enum ResultSchema {
    /// The schema's identifier: a name, not an address.
    package static let id = "urn:neurond:schema:result:v1"

    /// The schema's text, draft 2020-12.
    package static var json: String { String(decoding: PackageResources.result_v1_schema_json, as: UTF8.self) }
}
