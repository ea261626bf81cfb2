/// One mistake in a configuration file: where it is, what is wrong and what would be right.
package struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1.
    package var line: Int
    /// Counted from 1, in Unicode scalars.
    package var column: Int
    /// The setting, `cameras[1].zones[0].polygon`; empty where the file as a whole is meant.
    package var path: String
    /// One sentence without the position, free of secrets.
    package var message: String

    /// Makes a problem.
    package init(line: Int, column: Int, path: String, message: String) {
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }

    package var description: String {
        "\(line):\(column): " + (path.isEmpty ? message : "\(path): \(message)")
    }

    /// The problem as `FILE:LINE:COLUMN: message`, which editors and terminals can follow.
    package func text(file: String) -> String { "\(file):\(description)" }
}

/// All mistakes of one configuration file, by line.
package struct ConfigurationProblems: Error, Sendable, CustomStringConvertible {
    /// The file's name as it was given.
    package let file: String
    /// Never empty; in the order of the file, at most ``limit`` of them.
    package let problems: [ConfigurationProblem]
    /// How many more there were.
    package let omittedCount: Int

    /// How many problems of one file are kept.
    package static let limit = 1000

    init(file: String, log: ProblemLog) {
        let sorted = log.problems.sorted { ($0.line, $0.column, $0.path) < ($1.line, $1.column, $1.path) }
        self.file = file
        self.problems = Array(sorted.prefix(Self.limit))
        omittedCount = max(0, sorted.count - Self.limit) + log.omittedCount
    }

    /// One line `FILE:LINE:COLUMN: message` for each problem.
    package var description: String {
        let lines = problems.map { $0.text(file: file) }
        let rest = omittedCount > 0 ? ["\(file): \(omittedCount) more mistakes are not listed"] : []
        return (lines + rest).joined(separator: "\n")
    }
}

/// A place in a text, line and column from 1.
struct TextPosition: Hashable, Sendable {
    var line: Int
    var column: Int

    static let start = TextPosition(line: 1, column: 1)
}

/// What collects the mistakes while a file is read.
struct ProblemLog {
    private(set) var problems: [ConfigurationProblem] = []
    /// How many were reported after the log was full.
    private(set) var omittedCount = 0

    /// So many are kept, to be sorted; a file of nothing but mistakes can't fill the memory.
    private static let capacity = 10_000

    mutating func report(at position: TextPosition, path: String = "", _ message: String) {
        guard problems.count < Self.capacity else {
            omittedCount += 1
            return
        }
        problems.append(
            ConfigurationProblem(line: position.line, column: position.column, path: path, message: message)
        )
    }

    mutating func report(_ node: YAMLNode, _ message: String) {
        report(at: node.position, path: node.path, message)
    }
}
