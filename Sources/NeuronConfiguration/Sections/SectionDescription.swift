/// A section without its Swift types: what the schema and the reference page are made of.
struct SectionDescription: Sendable {
    var name: String
    var summary: String
    var fields: [Field]

    /// One key.
    struct Field: Sendable {
        var key: String
        var summary: String
        var typeName: String
        var schema: JSONText
        var isRequired: Bool
        /// The value that holds when the key is absent, as a file would have it; nil where there is none.
        var defaultText: String?
        /// What holds when the key is absent, where that is no fixed value.
        var defaultNote: String?
        var children: [SectionDescription]
    }

    var keys: [String] { fields.map(\.key) }

    /// The section and all sections below it, each once, in the order of the file.
    var tree: [SectionDescription] {
        var found: [SectionDescription] = []
        collect(into: &found)
        return found
    }

    private func collect(into found: inout [SectionDescription]) {
        guard !found.contains(where: { $0.name == name }) else { return }
        found.append(self)
        for child in fields.flatMap(\.children) { child.collect(into: &found) }
    }
}

extension ConfigurationSection {
    /// The section as the schema and the reference page need it.
    var description: SectionDescription {
        SectionDescription(
            name: name,
            summary: summary,
            fields: fields.map { field in
                let text = field.text(prototype)
                return SectionDescription.Field(
                    key: field.key,
                    summary: field.summary,
                    typeName: field.typeName,
                    schema: field.schema,
                    isRequired: field.isRequired,
                    defaultText: field.isRequired || field.defaultNote != nil || text.isEmpty ? nil : text,
                    defaultNote: field.defaultNote,
                    children: field.children
                )
            }
        )
    }
}
