import Testing

@testable import NeuronConfiguration

/// Mistakes of YAML itself, and what of YAML isn't taken.
@Suite struct ConfigurationSyntaxTests {
    @Test(arguments: [
        ("cameras:\n\t- id: a\n", "2:1: Here is a tab; YAML is indented with spaces only."),
        (
            withCamera("---\nbox: c\n"),
            "4:1: Here begins a second document; a configuration is one, so delete the line `---` or what follows it."
        ),
        ("box: \"b\ncameras: []\n", "1:6: The text that begins here with a quote isn't closed."),
        (
            "cameras: [{id: a}\nbox: b\n",
            "1:10: The list that begins here with `[` isn't closed: a `,` or a `]` is missing."
        ),
        (
            "site: {grid: g\nbox: b\n",
            "1:7: The mapping that begins here with `{` isn't closed: a `,` or a `}` is missing."
        ),
        (
            "cameras: [\n",
            "1:1: Here should be a value. Is there a comma too many, or does a bracket before this place lack its end?"
        ),
        (
            "cameras:\n  - id: a\n   source: b\n",
            "3:4: This line doesn't fit the lines above: check its indentation. The keys of one list item stand in one column, and "
                + "each further item begins with `- ` below the first."
        ),
        (
            "cameras:\n  - id: a\n source: b\n",
            "3:2: This line doesn't fit the lines above: check its indentation, and the quotes and brackets before it."
        ),
        (
            "cameras:\n  - id:a\n    source: b\n",
            "3:11: A `:` isn't possible here: this line is indented further than the one above, the line above lacks the space "
                + "behind its `:` or `-`, or a text with `: ` in it lacks its quotes."
        ),
        ("box: b\nstate\ncameras: []\n", "3:1: A key lacks its `:` and a space, as in `key: value`."),
        ("box: @b\n", "1:6: This character can't begin a value; put the value in quotes."),
        ("box: - b\n", "1:6: A list item (`- `) isn't possible here; it belongs on a line of its own below its key."),
        ("state: \"C:\\q\"\n", "1:11: In double quotes a `\\` begins an escape; write `\\\\`, or use single quotes."),
        (
            "box: *b\n",
            "1:6: A word that begins with `*` is an alias in YAML, and aliases aren't supported; put it in quotes."
        ),
        ("box: !x!y b\n", "1:6: Tags (`!`) aren't supported; put the value in quotes if it begins with `!`."),
    ])
    func `a mistake of YAML is explained where it is`(text: String, expected: String) {
        #expect(problems(of: text) == [expected])
    }

    @Test func `a key that is given twice is a mistake, each time`() {
        let text = "box: a\n\"box\": b\nbox: c\ncameras:\n  - id: a\n    source: b\n    id: c\n    'source': d\n"
        #expect(
            problems(of: text) == [
                "2:1: box: This key is already given in line 1; keep one of the two.",
                "3:1: box: This key is already given in line 1; keep one of the two.",
                "7:5: cameras[0].id: This key is already given in line 5; keep one of the two.",
                "8:5: cameras[0].source: This key is already given in line 6; keep one of the two.",
            ]
        )
    }

    @Test func `a key that is given twice is told even when YAML breaks further down`() {
        #expect(problems(of: "site:\n  grid: a\n  grid: b\nbox: @\n").map { $0.prefix(4) } == ["2:3:", "4:6:"])
        #expect(problems(of: "? [a]\n: 1\n? [a]\n: 2\n") == ["1:3: This key is given more than once."])
    }

    @Test func `anchors, merge keys and tags are refused, each at its place and only once`() {
        let text = """
            site: &site {grid: g}
            cameras:
              - id: !secret a
                source: !!str b.mp4
                site: *site
                motion: {<<: {enabled: false}}
            """
        let advice = "Settings that cameras share go under `motion` at the top of the file."
        #expect(
            problems(of: text) == [
                "1:7: cameras[0].site: Anchors (`&`) and aliases (`*`) aren't supported. \(advice)",
                "1:7: site: Anchors (`&`) and aliases (`*`) aren't supported. \(advice)",
                "3:9: cameras[0].id: Tags such as `!secret` aren't supported. A secret belongs into a file that `credentials` names.",
                "6:14: cameras[0].motion: Merge keys (`<<`) aren't supported. \(advice)",
            ]
        )
    }

    @Test func `what isn't text is told where it begins`() {
        func problem(_ bytes: [UInt8]) -> String? {
            do {
                _ = try ConfigurationReader.read(bytes: bytes, name: "f", directory: ".", environment: [:])
                return nil
            } catch {
                return error.problems.first?.description
            }
        }
        #expect(
            problem(Array("box: \u{e4}".utf8) + [0xFF])
                == "1:7: Here is a byte that isn't UTF-8; save the file as UTF-8."
        )
        #expect(
            problem(Array("a: b\nc: ".utf8) + [0xC3]) == "2:4: Here is a byte that isn't UTF-8; save the file as UTF-8."
        )
        #expect(problem([0xFF, 0xFE, 0x62, 0]) == "1:1: The file is encoded as UTF-16; save it as UTF-8.")
        #expect(
            problem(Array("a\n\u{0}".utf8))
                == "2:1: Here is the control character U+0000, which has no place in YAML; delete it."
        )
        #expect(problem(Array("a\u{2028}".utf8))?.contains("invisible line separator U+2028") == true)
        #expect(problem(Array("a: b\rc: d".utf8))?.contains("lone carriage return") == true)
        #expect(problem([UInt8](repeating: 97, count: 1 << 20 | 1))?.contains("larger than 1 MiB") == true)
    }
}
