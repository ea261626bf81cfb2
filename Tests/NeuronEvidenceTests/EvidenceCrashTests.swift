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
            let probe = try start(run, "out-\(run)")
            // Long enough to open the store and to be in the middle of something; by a queue, since tasks wait for other tests.
            DispatchQueue.global().asyncAfter(
                deadline: .now() + .milliseconds(Int.random(in: 150...450, using: &random))
            ) { probe.signal(SIGKILL) }
            probe.wait()
            leftovers += try names().count { $0.hasSuffix(".part") }
            let text = String(decoding: try TemporaryDirectory.read(folder.file("out-\(run)")), as: UTF8.self)
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
        let probe = try start(99, "out-last")
        while try TemporaryDirectory.read(folder.file("out-last")).isEmpty {
            try await Task.sleep(for: .milliseconds(5))
        }
        probe.kill()
        #expect(try names().count { $0.hasSuffix(".part") } <= 1)
    }

    private func start(_ run: Int, _ output: String) throws -> ChildProcess {
        let program = ChildProcess.path(ofBuilt: "evidence-crash-probe")
        let descriptor = try folder.opened(output)
        defer { close(descriptor) }
        return try ChildProcess(
            [program, folder.file("evidence"), "\(run)"],
            .init(output: descriptor),
            isGuarded: true
        )
    }
}
