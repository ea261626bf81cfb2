import NeuronCore

/// The tables of `docs/configuration.md`, made of the same tables as the reader.
package enum ConfigurationReference {
    /// One heading, sentence and table for each section, in the order of the file, as Markdown.
    package static var markdown: String {
        ConfigurationSection<Configuration>.root.description.tree.map(text).joined(separator: "\n")
    }

    private static func text(of section: SectionDescription) -> String {
        let heading = [
            "## \(section.name)", "", section.summary, "", "| key | value | default | meaning |", "|---|---|---|---|",
        ]
        return (heading + section.fields.map(row)).joined(separator: "\n") + "\n"
    }

    private static func row(of field: SectionDescription.Field) -> String {
        let cells = ["`\(field.key)`", field.typeName, defaultCell(of: field), field.summary]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    private static func defaultCell(of field: SectionDescription.Field) -> String {
        if field.isRequired { return "**required**" }
        if let note = field.defaultNote { return note }
        if let text = field.defaultText { return "`\(text)`" }
        return field.children.isEmpty ? "none" : "see there"
    }
}
