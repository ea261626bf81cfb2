/// Reads a configuration file: everything that is wrong with it at once, or a configuration in which nothing is left to check.
package enum ConfigurationReader {
    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: the YAML.
    ///   - name: how the file is called in messages.
    ///   - directory: where relative paths of clips, credentials and the state begin; the file's own folder.
    ///   - environment: the process's environment; `STATE_DIRECTORY` is asked for.
    /// - Returns: the configuration, with every default applied.
    /// - Throws: ``ConfigurationProblems``, with every mistake.
    package static func read(
        text: String,
        name: String = "neurond.yaml",
        directory: String = ".",
        environment: [String: String]
    ) throws(ConfigurationProblems) -> Configuration {
        try read(bytes: Array(text.utf8), name: name, directory: directory, environment: environment)
    }

    /// Reads a file of at most 1 MiB.
    ///
    /// - Parameters:
    ///   - path: the file; it is called so in messages, and its folder is where relative paths begin.
    ///   - environment: the process's environment; `STATE_DIRECTORY` is asked for.
    /// - Returns: the configuration, with every default applied.
    /// - Throws: ``ConfigurationProblems``, with every mistake; a file that can't be read is one, at 1:1.
    package static func read(
        file path: String,
        environment: [String: String]
    ) throws(ConfigurationProblems) -> Configuration {
        try load(file: path, environment: environment).configuration
    }

    /// Reads a file as ``read(file:environment:)`` does, and gives the text that the configuration was made of with it.
    ///
    /// - Throws: ``ConfigurationProblems``, with every mistake; a file that can't be read is one, at 1:1.
    package static func load(
        file path: String,
        environment: [String: String]
    ) throws(ConfigurationProblems) -> (configuration: Configuration, text: String) {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, maxBytes: ConfigurationText.maxBytes + 1)
        } catch {
            var log = ProblemLog()
            log.report(at: .start, error.sentence)
            throw ConfigurationProblems(file: path, log: log)
        }
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let configuration = try read(bytes: bytes, name: path, directory: directory, environment: environment)
        return (configuration, String(decoding: bytes, as: UTF8.self))
    }

    /// Reads a file's bytes, which may be no text at all.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - name: how it is called in messages.
    ///   - directory: where relative paths begin.
    ///   - environment: the process's environment; `STATE_DIRECTORY` is asked for.
    /// - Returns: the configuration, with every default applied.
    /// - Throws: ``ConfigurationProblems``, with every mistake.
    package static func read(
        bytes: [UInt8],
        name: String = "neurond.yaml",
        directory: String,
        environment: [String: String]
    ) throws(ConfigurationProblems) -> Configuration {
        var context = ReadingContext(directory: directory, environment: environment)
        let configuration = configuration(of: bytes, &context)
        guard let configuration, context.log.problems.isEmpty else {
            throw ConfigurationProblems(file: name, log: context.log)
        }
        return configuration
    }

    private static func configuration(of bytes: [UInt8], _ context: inout ReadingContext) -> Configuration? {
        guard let text = ConfigurationText(bytes: bytes, log: &context.log) else { return nil }
        var composer = YAMLComposer(text)
        guard let root = composer.compose(log: &context.log) else { return nil }
        var base = ConfigurationSection<Configuration>.root.prototype
        base.stateDirectory = defaultStateDirectory(context.environment)
        guard var configuration = ConfigurationSection<Configuration>.root.read(root, from: base, &context) else {
            return nil
        }
        if !isGiven("sinks", in: root) {
            configuration.sinks = SinkConfiguration.defaults(in: configuration.stateDirectory)
        }
        return configuration
    }

    /// systemd lists several folders with colons between them; the first is ours.
    private static func defaultStateDirectory(_ environment: [String: String]) -> String {
        let first = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        return first ?? "state"
    }

    private static func isGiven(_ key: String, in root: YAMLNode) -> Bool {
        guard case .mapping(let entries) = root.content else { return false }
        return entries.contains { $0.key == key }
    }
}
