import ArgumentParser
import Glibc
import NeuronStation

/// Whether words for people have colours.
struct ColourOption: ParsableArguments {
    /// When there are colours.
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    @Option(help: "Colours: auto (on a terminal, unless $NO_COLOR is set), always or never.")
    var color = Choice.auto

    /// The palette for one of the two streams.
    func palette(on stream: Int32) -> Palette {
        switch color {
        case .always: Palette(isOn: true)
        case .never: Palette(isOn: false)
        case .auto: Palette(isOn: isatty(stream) == 1 && Self.isWelcome(ProcessEnvironment.current))
        }
    }

    /// What https://no-color.org asks for, and a terminal that says it cannot.
    private static func isWelcome(_ environment: [String: String]) -> Bool {
        environment["NO_COLOR"].map(\.isEmpty) ?? true && environment["TERM"].map { $0 != "dumb" } ?? false
    }
}

/// Colours by what they mean.
struct Palette {
    let isOn: Bool

    /// What a word means.
    enum Meaning: String {
        case alarm = "31"
        case caution = "33"
        case good = "32"
        case title = "1"
        case quiet = "2"
    }

    /// The text in the colour of its meaning; the text itself where there are no colours.
    func callAsFunction(_ text: String, _ meaning: Meaning) -> String {
        isOn ? "\u{1B}[\(meaning.rawValue)m\(text)\u{1B}[0m" : text
    }
}
