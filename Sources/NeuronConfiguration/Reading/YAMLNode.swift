/// One value of a YAML text with its place, free of tags, anchors and types: what a scalar means is for its reader.
struct YAMLNode: Sendable {
    var content: Content
    var position: TextPosition
    /// From the root, `cameras[1].zones[0]`; empty for the root.
    var path: String

    enum Content: Sendable {
        /// `isPlain` where it is written without quotes.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
        /// Something that is already reported, such as a value with a tag: readers pass over it in silence.
        case refused
    }

    struct Entry: Sendable {
        var key: String
        var keyPosition: TextPosition
        var value: YAMLNode
    }

    /// Whether nothing is written where a value belongs, or a null.
    var isMissing: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text.lowercased() == "null"
    }

    /// Whether what stands there has been reported already.
    var isRefused: Bool {
        guard case .refused = content else { return false }
        return true
    }

    /// What stands there, for a message.
    var kindName: String {
        switch content {
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .refused: "something else"
        }
    }

    /// The path of a key or an item below another.
    static func path(_ parent: String, key: String) -> String {
        parent.isEmpty ? printable(key) : parent + "." + printable(key)
    }
}

/// A piece of the file as a message may show it: short, on one line, and never the part of a URL that can hold a secret.
func quoted(_ text: String) -> String { "`" + printable(text) + "`" }

func printable(_ text: String) -> String {
    if let scheme = text.firstRange(of: "://") { return printable(String(text[..<scheme.lowerBound])) + "://…" }
    // What has an @ may be user:password@host.
    if text.contains("@") { return "…" }
    let shown = text.unicodeScalars.prefix(40).map { scalar -> String in
        scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return shown.joined() + (text.unicodeScalars.count > 40 ? "…" : "")
}
