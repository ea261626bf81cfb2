import Dispatch
import Foundation
import NeuronCore
import NeuronTestSupport
import Testing

/// A real process is killed while it writes, again and again.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EvidenceCrashTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test func `a kill leaves no half file under its name, and loses none that was reported`() async throws {
        var reported: [String: String] = [:]
        var random = SystemRandomNumberGenerator()
        var leftovers = 0
        for run in 0..<12 {
            let output = folder.file("out-\(run)")
            let probe = try start(run, output)
            // Long enough to open the store and to be in the middle of something; by a queue, since tasks wait for other tests.
            let id = probe.processIdentifier
            DispatchQueue.global().asyncAfter(
                deadline: .now() + .milliseconds(Int.random(in: 150...450, using: &random))
            ) { kill(id, SIGKILL) }
            probe.waitUntilExit()
            leftovers += try names().count { $0.hasSuffix(".part") }
            let text = String(decoding: try TemporaryDirectory.read(output), as: UTF8.self)
            for line in text.split(separator: "\n")
            where text.hasSuffix("\n") || line != text.split(separator: "\n").last {
                let words = line.split(separator: " ").map(String.init)
                reported[words[0]] = words[1]
            }
            try check(reported)
        }
        #expect(reported.count > 12 && leftovers > 0, "\(reported.count) files, \(leftovers) unfinished")
        try await checkNextStart()
    }

    /// Every file that has its name is whole, and has the hash that was reported.
    private func check(_ reported: [String: String]) throws {
        let files = try names().filter { $0.hasSuffix(".mp4") }
        #expect(Set(reported.keys).isSubset(of: files))
        for name in files {
            let bytes = try TemporaryDirectory.read(folder.file("evidence/\(name)"))
            let size = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(bytes.count == size, "\(name)")
            guard let hash = reported[name] else { continue }
            #expect(SHA256.digest(of: bytes).hexadecimal == hash)
        }
    }

    private func names() throws -> [String] {
        FileManager.default.enumerator(atPath: folder.file("evidence"))?.allObjects as? [String] ?? []
    }

    /// The next start removes what the kills left, but for the one file that it is writing itself.
    private func checkNextStart() async throws {
        let output = folder.file("out-last")
        let probe = try start(99, output)
        while try TemporaryDirectory.read(output).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        kill(probe.processIdentifier, SIGKILL)
        probe.waitUntilExit()
        #expect(try names().count { $0.hasSuffix(".part") } <= 1)
    }

    private func start(_ run: Int, _ output: String) throws -> Process {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("evidence-crash-probe")
        probe.arguments = [folder.file("evidence"), String(run)]
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        probe.standardOutput = FileHandle(forWritingAtPath: output)
        try probe.run()
        return probe
    }
}
