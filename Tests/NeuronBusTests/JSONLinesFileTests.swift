import Foundation
import Glibc
import NeuronBus
import NeuronCore
import Testing

@Suite(.timeLimit(.minutes(10))) struct JSONLinesFileTests {
    let folder = ScratchFolder()
    var path: String { folder.path + "/alerts.jsonl" }

    func sink(rotateBytes: Int64 = 1 << 20, keepFiles: Int = 3) -> JSONLinesFile {
        JSONLinesFile(name: "file", path: path, rotateBytes: rotateBytes, keepFiles: keepFiles)
    }

    func lines(_ ending: String = "") throws -> [String] {
        // Foundation leaks a page when it reads an empty file, which would hide leaks of ours.
        let file = try OpenFile(path: path + ending, flags: O_RDONLY)
        let text = String(decoding: try file.read(at: 0, count: 1 << 20), as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n").map(String.init)
    }

    @Test func `alerts are appended one line each, over restarts`() async throws {
        let first = sink()
        try await first.deliver([alert(1), alert(2)])
        await first.close()
        try await sink().deliver([alert(3)])
        #expect(try lines() == [#"{"id":"1"}"#, #"{"id":"2"}"#, #"{"id":"3"}"#])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode.map { $0 & 0o137 } == 0)
    }

    @Test func `a file is let go of by whoever comes last, the batch or the close`() async throws {
        for _ in 0..<50 {
            let first = sink()
            async let delivered: Void = { _ = try? await first.deliver((1...200).map { alert($0) }) }()
            await first.close()
            await delivered
            // Its lock is free.
            let second = sink()
            try await second.prepare()
            await second.close()
        }
    }

    @Test(arguments: ["{\"id\":\"2\"", "{", "\0\0\0\0", "{\"id\":\"2\"\0\0}\n{\"id\":\"3\"}\n"])
    func `a torn end is cut off before the first append`(torn: String) async throws {
        try Data(("{\"id\":\"1\"}\n" + torn).utf8).write(to: URL(fileURLWithPath: path))
        try await sink().deliver([alert(2)])
        #expect(try lines() == [#"{"id":"1"}"#, #"{"id":"2"}"#])
    }

    @Test func `a file of a torn line only becomes empty`() async throws {
        try Data(#"{"id":"#.utf8).write(to: URL(fileURLWithPath: path))
        try await sink().prepare()
        #expect(try lines() == [])
    }

    @Test func `a file that is not of lines of JSON is left as it is`() async throws {
        try Data("a diary\nwithout an end".utf8).write(to: URL(fileURLWithPath: path))
        let error = await #expect(throws: JSONLinesError.self) { try await sink().deliver([alert(1)]) }
        #expect(error?.code == .unsuitablePath)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a diary\nwithout an end")
    }

    @Test func `a full file is set aside and the count is kept`() async throws {
        let sink = sink(rotateBytes: 25, keepFiles: 2)
        for number in 1...9 { try await sink.deliver([alert(number)]) }
        #expect(try lines() == [#"{"id":"9"}"#])
        #expect(try lines(".1") == [#"{"id":"7"}"#, #"{"id":"8"}"#])
        #expect(try lines(".2") == [#"{"id":"5"}"#, #"{"id":"6"}"#])
        #expect(!FileManager.default.fileExists(atPath: path + ".3"))
    }

    @Test func `one batch may fill several files and no line is cut in two`() async throws {
        try await sink(rotateBytes: 40, keepFiles: 20).deliver((1...20).map { alert($0) })
        let all = try ["", ".1", ".2", ".3", ".4", ".5", ".6"].flatMap { try lines($0) }
        #expect(Set(all).count == 20)
        #expect(!FileManager.default.fileExists(atPath: path + ".7"))
    }

    @Test func `a gap in the numbers is filled before the oldest file goes`() async throws {
        for ending in [".2", ".3"] {
            try Data("{\"id\":\"\(ending)\"}\n".utf8).write(to: URL(fileURLWithPath: path + ending))
        }
        let sink = sink(rotateBytes: 12)
        for number in 1...2 { try await sink.deliver([alert(number)]) }
        #expect(try lines(".1") == [#"{"id":"1"}"#])
        #expect(try lines(".2") == [#"{"id":".2"}"#])
        #expect(try lines(".3") == [#"{"id":".3"}"#])
    }

    @Test func `a smaller count removes what is left over from a larger one`() async throws {
        let many = sink(rotateBytes: 12, keepFiles: 5)
        for number in 1...6 { try await many.deliver([alert(number)]) }
        await many.close()
        let few = sink(rotateBytes: 12, keepFiles: 2)
        try await few.deliver([alert(7)])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["alerts.jsonl", "alerts.jsonl.1", "alerts.jsonl.2"])
    }

    @Test(arguments: [false, true])
    func `a file that somebody renamed or removed is made anew`(isRemoved: Bool) async throws {
        let sink = sink()
        try await sink.deliver([alert(1)])
        if isRemoved {
            try FileManager.default.removeItem(atPath: path)
        } else {
            try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        }
        try await sink.deliver([alert(2)])
        #expect(try lines() == [#"{"id":"2"}"#])
    }

    @Test func `missing folders are made`() async throws {
        let deep = folder.path + "/a/b/alerts.jsonl"
        try await JSONLinesFile(name: "file", path: deep).deliver([alert(1)])
        #expect(try String(contentsOfFile: deep, encoding: .utf8) == "{\"id\":\"1\"}\n")
    }

    @Test(arguments: ["folder", "link", "fifo", "parent"])
    func `a path that is no ordinary file is refused with a reason`(kind: String) async throws {
        switch kind {
        case "folder": mkdir(path, 0o700)
        case "link": symlink(folder.path + "/elsewhere", path)
        case "fifo": mkfifo(path, 0o600)
        default: break
        }
        let target = kind == "parent" ? "/proc/nothing/alerts.jsonl" : path
        let error = await #expect(throws: JSONLinesError.self) {
            try await JSONLinesFile(name: "file", path: target).prepare()
        }
        #expect(error?.code == (kind == "parent" ? .storage : .unsuitablePath))
        #expect(error?.description.contains(kind == "parent" ? "/proc/nothing" : path) == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/elsewhere"))
    }

    @Test func `two sinks don't share a file`() async throws {
        let first = sink()
        try await first.deliver([alert(1)])
        let error = await #expect(throws: JSONLinesError.self) { try await sink().deliver([alert(2)]) }
        #expect(error?.code == .locked)
        await first.close()
        try await sink().deliver([alert(2)])
        #expect(try lines().count == 2)
    }

    @Test func `a closed sink refuses`() async throws {
        let sink = sink()
        await sink.close()
        let error = await #expect(throws: JSONLinesError.self) { try await sink.deliver([alert(1)]) }
        #expect(error?.code == .closed)
    }

    @Test(.enabled(if: geteuid() == 0, "mounting a small file system needs root"))
    func `a full disk leaves whole lines and delivering goes on when there is room`() async throws {
        let disk = try SmallDisk(at: folder.path + "/disk", kilobytes: 64)
        let sink = JSONLinesFile(name: "file", path: disk.path + "/alerts.jsonl", rotateBytes: 1 << 20)
        try Data(count: 40 << 10).write(to: URL(fileURLWithPath: disk.path + "/other"))
        var delivered: [String] = []
        var failure: JSONLinesError?
        for number in 0..<100 where failure == nil {
            let batch = (0..<5).map { alert(number * 5 + $0, bytes: 700) }
            do {
                try await sink.deliver(batch)
                delivered += batch.map(\.id)
            } catch let error as JSONLinesError {
                failure = error
            }
        }
        #expect(failure?.code == .full)
        #expect(try ids(in: disk.path + "/alerts.jsonl") == delivered)
        try FileManager.default.removeItem(atPath: disk.path + "/other")
        try await sink.deliver([alert(1000)])
        #expect(try ids(in: disk.path + "/alerts.jsonl") == delivered + ["1000"])
        await sink.close()
    }

    private func ids(in path: String) throws -> [String] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
            return object?["id"] ?? "none"
        }
    }
}
