import ArgumentParser
import Glibc
import NeuronConfiguration
import NeuronIncidents

/// The events that `--type` lets through.
struct EventTypeArgument: ExpressibleByArgument {
    /// A CloudEvents type in which `*` stands for any text.
    let pattern: String

    /// `motion` stands for all of motion, `motion.started` for all its versions; what begins with `org.` is a whole type.
    init?(argument text: String) {
        if text.hasPrefix("org.") {
            pattern = text
        } else if text.contains("*") {
            pattern = "org.neurond.\(text)"
        } else {
            pattern = text.contains(".") ? "org.neurond.\(text).v*" : "org.neurond.\(text).*"
        }
    }

    static var defaultCompletionKind: CompletionKind { .list(kinds + names) }

    /// Refuses what no event is called, so that a slip of the finger is no silence.
    func validate() throws {
        guard !AlertSchema.eventTypes.contains(where: { fnmatch(pattern, $0, 0) == 0 }) else { return }
        let asked = pattern.split(separator: ".").dropFirst(2).prefix { !$0.hasPrefix("v") && $0 != "*" }
            .joined(separator: ".")
        let guess =
            KeySuggestion.nearest(to: asked, among: Self.kinds + Self.names).map { " Did you mean '\($0)'?" } ?? ""
        throw ValidationError(
            "No event is called '\(asked)'.\(guess) There are: \(Self.names.joined(separator: ", "))."
        )
    }

    /// `motion.started` and so on.
    private static var names: [String] {
        AlertSchema.eventTypes.map { $0.split(separator: ".").dropFirst(2).prefix(2).joined(separator: ".") }
    }

    /// `motion` and so on, each once.
    private static var kinds: [String] {
        names.map { String($0.prefix { $0 != "." }) }.reduce(into: []) { kinds, kind in
            if !kinds.contains(kind) { kinds.append(kind) }
        }
    }
}
