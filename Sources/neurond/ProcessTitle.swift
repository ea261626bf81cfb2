import Glibc
import NeuronCore

/// The arguments as other users of the machine see them, and as texts show them.
enum ProcessTitle {
    /// Overwrites every argument that holds a secret with its printed form, in the process's own memory.
    ///
    /// Called once, before any thread is started and after the arguments have been copied.
    static func hideSecrets() {
        for index in 0..<Int(CommandLine.argc) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            let text = String(cString: argument)
            let printed = withoutSecrets(text, in: [text])
            guard printed != text else { continue }
            hide(argument, length: strlen(argument), behind: printed)
        }
    }

    /// A text without the secrets of this process's arguments: complaints about an argument repeat it.
    static func withoutSecrets(_ text: String) -> String { withoutSecrets(text, in: CommandLine.arguments) }

    private static func withoutSecrets(_ text: String, in arguments: [String]) -> String {
        arguments.reduce(text) { text, argument in
            let value = value(of: argument)
            let printed = SourceAddress(value).description
            return printed == value ? text : text.replacing(value, with: printed)
        }
    }

    /// What stands behind the `=` of an option, else the whole argument.
    private static func value(of argument: String) -> String {
        guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else { return argument }
        return String(argument[argument.index(after: equals)...])
    }

    private static func hide(_ argument: UnsafeMutablePointer<CChar>, length: Int, behind printed: String) {
        let bytes = Array(printed.utf8.prefix(length)).map { CChar(bitPattern: $0) }
        for offset in 0..<length { argument[offset] = offset < bytes.count ? bytes[offset] : 0 }
    }
}
