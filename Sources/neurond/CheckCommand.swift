import ArgumentParser
import NeuronConfiguration

/// `neurond check`: whether a configuration is right.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a configuration file and names every mistake in it.",
        discussion: "Exit 0 where it is right, 78 with a line FILE:LINE:COLUMN: message for each mistake."
    )

    @OptionGroup var file: ConfigurationOption

    func run() throws {
        let configuration = try file.read()
        let cameras = configuration.cameras.count
        Terminal.say("\(file.path): right, with \(cameras) camera\(cameras == 1 ? "" : "s")")
    }
}
