import ArgumentParser
import NeuronOutbox
import NeuronStation

/// The exit codes of sysexits.h that this program uses.
enum ExitCodes {
    static let usage = ExitCode(64)
    static let badData = ExitCode(65)
    static let noInput = ExitCode(66)
    static let unavailable = ExitCode(69)
    static let inputOutput = ExitCode(74)
    static let configuration = ExitCode(78)

    /// Runs a body; an error of the station becomes its words and its exit code.
    static func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as StationError {
            throw failure(ExitCode(error.exitCode), error.description)
        } catch let error as OutboxError {
            throw failure(inputOutput, error.description)
        }
    }

    /// Says why, and gives the code to end with.
    static func failure(_ code: ExitCode, _ message: String) -> ExitCode {
        Terminal.say("neurond: \(message)")
        return code
    }
}
