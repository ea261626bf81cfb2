import ArgumentParser
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronStation

/// What a shell offers at the tab key: `neurond --generate-completion-script bash|zsh|fish`.
extension CompletionKind {
    /// A configuration file.
    static var configuration: CompletionKind { .file(extensions: ["yaml", "yml"]) }

    /// The modes of `--sampling`; of the rates only an example.
    static var sampling: CompletionKind { .list(["auto", "always", "keyframes", "fps:5"]) }

    /// The cameras of the configuration that stands on the line, else of the service's.
    static var camera: CompletionKind {
        .custom { words, _, _ in
            let path = CompletedLine(words).value(of: "--config") ?? ConfigurationOption.servicePath
            let configuration = try? ConfigurationReader.read(file: path, environment: ProcessEnvironment.current)
            return configuration?.cameras.map(\.id.rawValue) ?? []
        }
    }

    /// The alerts that are open in the outbox that the line means.
    static var openAlert: CompletionKind {
        .custom { (words: [String], _: Int, _: String) async -> [String] in
            let line = CompletedLine(words)
            guard let state = try? StateFolder.path(line.value(of: "--config"), line.value(of: "--state")),
                let client = try? DeskClient(state: state, logger: StationLog.logger(level: "critical")),
                let documents = try? await client.documents(onlyOpen: true)
            else { return [] }
            return documents.suffix(50).map(\.alertId)
        }
    }
}

/// A command line that is still being written.
private struct CompletedLine {
    private let words: [String]

    init(_ words: [String]) { self.words = words }

    /// What stands behind an option, as `--config FILE` or `--config=FILE`.
    func value(of option: String) -> String? {
        if let index = words.firstIndex(of: option) { return words.dropFirst(index + 1).first }
        return words.first { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
    }
}
