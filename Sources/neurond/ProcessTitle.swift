import Glibc
import NeuronCore

/// The arguments as other users of the machine see them.
enum ProcessTitle {
    /// Overwrites every argument that holds a secret with its printed form, in the process's own memory.
    ///
    /// Called once, before any thread is started and after the arguments have been copied.
    static func hideSecrets() {
        for index in 0..<Int(CommandLine.argc) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            let text = String(cString: argument)
            let printed = SourceAddress(text).description
            guard printed != text else { continue }
            hide(argument, length: strlen(argument), behind: printed)
        }
    }

    private static func hide(_ argument: UnsafeMutablePointer<CChar>, length: Int, behind printed: String) {
        let bytes = Array(printed.utf8.prefix(length)).map { CChar(bitPattern: $0) }
        for offset in 0..<length { argument[offset] = offset < bytes.count ? bytes[offset] : 0 }
    }
}
