import ArgumentParser
import NeuronConfiguration

/// Finds a subcommand that does not exist: the library only says that its name is unexpected.
enum SubcommandCheck {
    /// What is wrong with the subcommands at the beginning of a command line, and what was probably meant.
    static func problem(in arguments: [String], of root: any ParsableCommand.Type) -> String? {
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        var (command, path): (any ParsableCommand.Type, String) = (root, name(of: root))
        for word in words {
            let children = command.configuration.subcommands
            guard !children.isEmpty, !word.hasPrefix("-"),
                !(word == "help" && ObjectIdentifier(command) == ObjectIdentifier(root))
            else { return nil }
            guard let child = children.first(where: { name(of: $0) == word }) else {
                return text(word, below: path, among: children.map(name))
            }
            (command, path) = (child, "\(path) \(word)")
        }
        return nil
    }

    private static func text(_ word: String, below path: String, among names: [String]) -> String {
        let guess = KeySuggestion.nearest(to: word, among: names).map { " Did you mean '\($0)'?" } ?? ""
        return "'\(path)' has no subcommand '\(word)'.\(guess) There are: \(names.joined(separator: ", "))."
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? "\(command)".lowercased()
    }
}
