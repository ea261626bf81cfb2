import Glibc
import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite(.timeLimit(.minutes(10))) struct ConfigurationFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func report(_ path: String) -> String {
        do {
            _ = try ConfigurationReader.read(file: path, environment: [:])
            return ""
        } catch {
            return error.description
        }
    }

    @Test func `relative paths begin at the file's folder`() throws {
        let text = "cameras:\n  - {id: a, source: a.mp4}\n  - {id: b, source: rtsp://h/s, credentials: ./b}\n"
        let path = try folder.write(Array(text.utf8), to: "neurond.yaml", mode: 0o644)
        let read = try ConfigurationReader.read(file: path, environment: [:])
        #expect(read.cameras[0].source.revealed == folder.path + "/a.mp4")
        #expect(read.cameras[1].credentials == .file(folder.path + "/./b"))
    }

    @Test func `each mistake is a line with file, line and column`() throws {
        let path = try folder.write(Array("bxo: 1\nlog: {level: x}\n".utf8), to: "neurond.yaml", mode: 0o644)
        #expect(
            report(path) == """
                \(path):1:1: `cameras` is missing; every configuration needs it.
                \(path):1:1: bxo: The key `bxo` isn't known here. Did you mean `box`?
                \(path):2:14: log.level: `x` isn't known here; possible are `trace`, `debug`, `info`, `notice`, `warning`, `error` and \
                `critical`.
                """
        )
    }

    @Test func `a file that can't be read is one problem`() throws {
        #expect(
            report("/nowhere/neurond.yaml")
                == "/nowhere/neurond.yaml:1:1: The file can't be read: No such file or directory."
        )
        #expect(report(folder.path) == "\(folder.path):1:1: The file can't be read: it is a folder.")
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(report(pipe) == "\(pipe):1:1: The file can't be read: it is no regular file.")
        #expect(report("/dev/zero") == "/dev/zero:1:1: The file can't be read: it is no regular file.")
    }

    @Test func `a file above 1 MiB isn't read to its end`() throws {
        let path = try folder.write([], to: "neurond.yaml", mode: 0o644)
        #expect(truncate(path, 1 << 40) == 0)
        #expect(report(path).hasPrefix("\(path):1:1: The file is larger than 1 MiB"))
    }
}
