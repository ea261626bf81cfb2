import Foundation
import Glibc
import Synchronization

/// A real RTSP server on the loopback that plays clips for ever and misbehaves on command; see
/// `Tests/Rigs/rtsp_camera.py`.
///
/// The server ends with its owner, and by itself after two minutes.
package final class RTSPCamera: Sendable {
    /// The port of the server, chosen by the system.
    package let port: Int

    private let process: ChildProcess
    private let commands: FileHandle
    private let answers: FileHandle
    /// One command at a time: each waits for its answer.
    private let turn = Mutex(())

    /// How the server asks for a user and password.
    package enum Authentication: String, Sendable, CaseIterable {
        case basic
        case digest
    }

    /// Whether the server's Debian packages are there; tests are skipped with a reason where not.
    package static let isAvailable =
        (try? CommandLineTool.run(
            "/usr/bin/python3",
            ["-c", "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"]
        )) != nil

    /// Starts a server and waits until it listens.
    ///
    /// - Parameters:
    ///   - clips: H.264 or H.265 in MP4 or MKV; the first is `/cam0`.
    ///   - user: who may look; nil lets everybody in.
    ///   - password: the user's.
    ///   - authentication: how it is asked for.
    /// - Throws: if the server does not come up.
    package init(
        clips: [String],
        user: String? = nil,
        password: String = "",
        authentication: Authentication = .digest
    ) throws {
        let (input, output) = (try ClosedPipe(), try ClosedPipe())
        commands = FileHandle(fileDescriptor: input.writing, closeOnDealloc: true)
        answers = FileHandle(fileDescriptor: output.reading, closeOnDealloc: true)
        let login = user.map { ["--user", $0, "--password", password, "--auth", authentication.rawValue] } ?? []
        do {
            // Before its first line is read: the end of a server that says nothing would not be seen otherwise.
            defer { for descriptor in [input.reading, output.writing] { close(descriptor) } }
            process = try ChildProcess(
                ["/usr/bin/python3", Self.script] + login + clips,
                .init(input: input.reading, output: output.writing)
            )
        }
        let words = Self.readLine(answers).split(separator: " ")
        guard words.count == 2, words[0] == "ready", let port = Int(words[1]) else {
            throw CommandLineTool.Failure(description: "rtsp_camera.py did not start: \(words)")
        }
        self.port = port
    }

    deinit { stop() }

    /// The address of one of the clips, with a user and password if wanted.
    package func url(_ mount: String = "cam0", login: String? = nil) -> String {
        "rtsp://\(login.map { $0 + "@" } ?? "")127.0.0.1:\(port)/\(mount)"
    }

    /// Gives the server a command, `stall cam0` for example, and waits until it is done.
    ///
    /// - Parameter line: a line that `rtsp_camera.py` explains.
    /// - Throws: if the server does not answer `ok`.
    package func control(_ line: String) throws {
        let answer = ask(line)
        guard answer == "ok" else {
            throw CommandLineTool.Failure(description: "rtsp_camera.py, asked to '\(line)', said '\(answer)'")
        }
    }

    /// Gives the server a command that answers with more than `ok`, such as `sent cam0`.
    package func ask(_ line: String) -> String {
        turn.withLock { _ in
            commands.write(Data((line + "\n").utf8))
            return Self.readLine(answers)
        }
    }

    /// Ends the server and waits for its end.
    package func stop() {
        try? commands.close()
        process.signal(SIGTERM)
        process.wait()
    }

    private static let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Rigs/rtsp_camera.py").path

    private static func readLine(_ handle: FileHandle) -> String {
        var line: [UInt8] = []
        while let byte = handle.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}
