/// The published JSON Schema of an alert event.
package enum AlertSchema {
    /// The schema's identifier: a name, not an address.
    package static let id = "urn:neurond:schema:alert:v1"

    /// The schema's text, draft 2020-12.
    package static var json: String { String(decoding: PackageResources.alert_v1_schema_json, as: UTF8.self) }
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
