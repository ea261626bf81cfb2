import Foundation
import Testing

@testable import NeuronConfiguration

/// The commented example is the first documentation that people see; it may not drift from the reader.
@Suite struct ConfigurationExampleTests {
    private let text: String

    init() throws {
        text = try String(contentsOfFile: repositoryFile("systemd/neurond.yaml.example"), encoding: .utf8)
    }

    private var fullText: String { uncommented(text) }

    @Test func `as it stands it is what a file with one camera and nothing else gives`() throws {
        let short = "cameras:\n  - {id: gate-north, source: rtsp://10.0.0.21/stream1}\n"
        #expect(try configuration(text) == configuration(short))
    }

    @Test func `every key that has a default stands there with it`() throws {
        let found = try #require(keys(of: text))
        for section in ConfigurationSection<Configuration>.root.description.tree
        where found.sections.contains(section.name) {
            for field in section.fields {
                guard let expected = field.defaultText else { continue }
                #expect(found.values["\(section.name).\(field.key)"] == expected, "\(section.name).\(field.key)")
            }
        }
    }

    @Test func `every key stands there once the comments are taken away, and it is a configuration`() throws {
        #expect(problems(of: fullText) == [])
        let found = try #require(keys(of: fullText))
        for section in ConfigurationSection<Configuration>.root.description.tree {
            for field in section.fields {
                #expect(found.keys.contains("\(section.name).\(field.key)"), "\(section.name).\(field.key) is missing")
            }
        }
    }

    @Test func `every key has a comment`() {
        let lines = fullText.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
        // What the paragraph above the whole group explains.
        let explained = [
            "district", "street", "community", "grid", "name: gate", "kind", "polygon", "sensitivity: normal",
            "minimumArea: 0.0001",
            "minimumDuration: 300ms", "eventGap: 2s", "preset: perimeter",
            "night: {sensitivity: low}", "name: neighbour", "name: stdout",
        ]
        for (index, line) in lines.enumerated() where line.contains(":") && !line.hasPrefix("# ") {
            let key = line.hasPrefix("- ") ? line.dropFirst(2) : line
            if explained.contains(where: key.hasPrefix) { continue }
            #expect(index > 0 && lines[index - 1].hasPrefix("# ") || key == "cameras:", "\(line)")
        }
    }

    private struct Keys {
        var sections: Set<String> = []
        var keys: Set<String> = []
        var values: [String: String] = [:]
    }

    private func keys(of text: String) -> Keys? {
        var log = ProblemLog()
        guard let source = ConfigurationText(bytes: Array(text.utf8), log: &log) else { return nil }
        var composer = YAMLComposer(source)
        guard let root = composer.compose(log: &log) else { return nil }
        var found = Keys()
        collect(root, ConfigurationSection<Configuration>.root.description, &found)
        return found
    }

    private func collect(_ node: YAMLNode, _ section: SectionDescription, _ found: inout Keys) {
        guard case .mapping(let entries) = node.content else { return }
        found.sections.insert(section.name)
        for entry in entries {
            guard let field = section.fields.first(where: { $0.key == entry.key }) else { continue }
            let key = "\(section.name).\(field.key)"
            found.keys.insert(key)
            if case .scalar(let value, _) = entry.value.content { found.values[key] = value }
            descend(entry.value, field.children, &found)
        }
    }

    private func descend(_ node: YAMLNode, _ children: [SectionDescription], _ found: inout Keys) {
        guard !children.isEmpty else { return }
        guard case .sequence(let items) = node.content else { return collect(node, children[0], &found) }
        for item in items { collect(item, children.count == 1 ? children[0] : sink(of: item, children), &found) }
    }

    private func sink(of node: YAMLNode, _ children: [SectionDescription]) -> SectionDescription {
        guard case .mapping(let entries) = node.content, let type = entries.first(where: { $0.key == "type" })?.value,
            case .scalar(let name, _) = type.content
        else { return children[0] }
        return children.first { $0.name == "\(name)-sink" } ?? children[0]
    }
}
