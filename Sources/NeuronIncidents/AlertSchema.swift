/// The published JSON Schema of an alert event.
package enum AlertSchema {
    /// The schema's text, draft 2020-12.
    package static var json: String { String(decoding: PackageResources.alert_v1_schema_json, as: UTF8.self) }
}
