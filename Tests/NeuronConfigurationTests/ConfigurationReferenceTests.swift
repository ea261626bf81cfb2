import Foundation
import Testing

@testable import NeuronConfiguration

@Suite struct ConfigurationReferenceTests {
    /// Run with `NEURON_UPDATE_DOCS=1` to write the tables anew after a setting was added.
    @Test func `the reference page holds the tables of this reader`() throws {
        let path = repositoryFile("docs/configuration.md")
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let start = try #require(page.range(of: "<!-- tables: made by ConfigurationReference -->\n"))
        let end = try #require(page.range(of: "<!-- end of tables -->"))
        if ProcessInfo.processInfo.environment["NEURON_UPDATE_DOCS"] == "1" {
            let updated =
                page[..<start.upperBound] + "\n" + ConfigurationReference.markdown + "\n" + page[end.lowerBound...]
            try updated.write(toFile: path, atomically: true, encoding: .utf8)
        } else {
            #expect(page[start.upperBound..<end.lowerBound] == "\n" + ConfigurationReference.markdown + "\n")
        }
    }

    @Test func `every setting says in a whole sentence what it means`() {
        for section in ConfigurationSection<Configuration>.root.description.tree {
            #expect(section.summary.hasSuffix("."))
            for field in section.fields {
                #expect(field.summary.count > 12 && field.summary.hasSuffix("."), "\(section.name).\(field.key)")
                #expect(
                    field.key.first?.isLowercase == true && field.key.allSatisfy { $0.isLetter || $0.isNumber },
                    "\(field.key)"
                )
            }
        }
    }

    @Test func `every link of the tables leads to a heading`() {
        let page = ConfigurationReference.markdown
        for match in page.matches(of: /\(#([^)]+)\)/) {
            // GitHub makes small letters of a heading.
            #expect(page.contains("## \(match.output.1)\n"), "\(match.output.1)")
            #expect(match.output.1.lowercased() == match.output.1)
        }
    }

    @Test func `a default that is printed reads back as the value that holds`() throws {
        for section in ConfigurationSection<Configuration>.root.description.tree where section.name == "camera" {
            for field in section.fields {
                guard let text = field.defaultText else { continue }
                let read = try configuration(withCamera("    \(field.key): \(text)\n"))
                #expect(try read == configuration(withCamera("")), "\(field.key)")
            }
        }
    }
}
