import ArgumentParser

/// The exit codes of sysexits.h that this program uses.
enum ExitCodes {
    static let usage = ExitCode(64)
    static let badData = ExitCode(65)
    static let noInput = ExitCode(66)
    static let unavailable = ExitCode(69)
    static let inputOutput = ExitCode(74)
    static let configuration = ExitCode(78)

    /// Says why, and gives the code to end with.
    static func failure(_ code: ExitCode, _ message: String) -> ExitCode {
        Terminal.say("neurond: \(message)")
        return code
    }
}
