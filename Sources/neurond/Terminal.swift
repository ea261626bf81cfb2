import ArgumentParser
import FoundationEssentials
@preconcurrency import Glibc
import NeuronCore

/// The two streams: data on stdout, words on stderr.
enum Terminal {
    /// Writes a whole line to stdout, or ends the process: nobody listens any more.
    static func writeLine(_ line: [UInt8]) {
        guard !write(line + [UInt8(ascii: "\n")], to: STDOUT_FILENO) else { return }
        say("neurond: \(SystemError("write to standard output", number: errno))")
        exit(ExitCodes.inputOutput.rawValue)
    }

    /// Writes a value to stdout as one line of JSON, its keys in order.
    static func writeJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        writeLine(Array(try encoder.encode(value)))
    }

    /// Says something to people; what an argument holds of secrets is left out.
    static func say(_ text: String) {
        _ = write(Array((ProcessTitle.withoutSecrets(text) + "\n").utf8), to: STDERR_FILENO)
    }

    /// Fills the places of closed standard streams, before anything is opened.
    ///
    /// Else the outbox or a socket would be opened in such a place, and alerts and logs be written into it. Output is opened
    /// for reading: what is written to a stream that was closed still fails.
    static func holdStandardStreams() {
        for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) == -1 {
            // The lowest free place is this one.
            _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Draws over the current line of a terminal; nothing is drawn anywhere else.
    static func draw(_ text: String) {
        guard isInteractive else { return }
        _ = write(Array("\r\u{1B}[2K\(text)".utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }
}
