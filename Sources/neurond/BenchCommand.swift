import ArgumentParser

/// `neurond bench`: the kernels on this box.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bench", abstract: "Measures the kernels on this box.")

    func run() {}
}
