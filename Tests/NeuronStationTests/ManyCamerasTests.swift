import Foundation
import NeuronTestSupport
import Testing

/// Three hundred cameras of which one works: the others refuse connections, or take them and never say a word.
@Suite(.timeLimit(.minutes(10))) struct ManyCamerasTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A port that takes connections, by the kernel alone, and answers nothing.
    private struct Silence: ~Copyable {
        let descriptor: Int32
        let port: UInt16

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let socket = descriptor
            let status = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(socket, address, length) == 0 && listen(socket, 4096) == 0
                        && getsockname(socket, address, &length) == 0
                }
            }
            try #require(status, "no port could be opened: \(errno)")
            port = UInt16(bigEndian: address.sin_port)
        }

        deinit { close(descriptor) }
    }

    private func number(_ field: String, of id: Int32) -> Int? {
        let status = (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
        return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }.flatMap { Int($0) }
    }

    @Test func `cameras that do not answer cost little, are told lost, and do not keep one that works from its alerts`()
        async throws
    {
        let silence = try Silence()
        let cameras =
            ["  - {id: works, source: \(FixtureLabel.path(of: "clips/walker.mp4")), loop: true}"]
            + (1..<150).map { "  - {id: refuses-\($0), source: \"rtsp://127.0.0.1:9/\($0)\", lostAfter: 1s}" }
            + (0..<150).map {
                "  - {id: is-silent-\($0), source: \"rtsp://127.0.0.1:\(silence.port)/\($0)\", lostAfter: 1s}"
            }
        let text = "state: \(folder.path)/state\ncameras:\n" + cameras.joined(separator: "\n") + "\n"
        let file = try folder.write(text.utf8, to: "neurond.yaml")
        let asked = Date()
        #expect(try NeurondProcess.run(["check", "--config", file]).errors.contains("with 300 cameras"))
        #expect(Date().timeIntervalSince(asked) < 20)
        // Cameras begin one after the other, so many workers let all of them begin soon.
        let daemon = try NeurondProcess(["run", "--config", file, "--workers", "64"])
        let lost: (NeurondProcess) -> Int = { daemon in
            daemon.lines.count { String(decoding: $0, as: UTF8.self).contains("camera.lost") }
        }
        #expect(await daemon.waits(upTo: 120) { lost($0) == 299 && $0.hasPrinted("motion.started") })
        let memory = try #require(number("RssAnon:", of: daemon.id))
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.id)/fd").count
        let threads = try #require(number("Threads:", of: daemon.id))
        // Measured: 47 MB, 170 descriptors, 371 threads.
        #expect(memory < 150_000 && descriptors < 700 && threads < 450, "\(memory) KiB, \(descriptors), \(threads)")
        let result = daemon.stop()
        #expect(result.status == 0 && !result.errors.contains("left behind"), "\(result.errors.suffix(2000))")
        #expect(try mistakes(in: result.lines, closed: true) == "")
        _ = silence.port
    }
}
