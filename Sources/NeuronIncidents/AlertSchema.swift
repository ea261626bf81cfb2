/// The published JSON Schema of an alert event.
package enum AlertSchema {
    /// The schema's identifier: a name, not an address.
    package static let id = "urn:neurond:schema:alert:v1"

    /// The schema's text, draft 2020-12.
    package static var json: String { String(decoding: PackageResources.alert_v1_schema_json, as: UTF8.self) }
}
