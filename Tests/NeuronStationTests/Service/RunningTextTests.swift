import NeuronConfiguration
import NeuronConsole
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite struct RunningTextTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test func `what is shown is the text that was taken over, whatever became of the file since`() throws {
        let path = try folder.write("cameras: []  # one\n".utf8, to: "neurond.yaml")
        let running = RunningText(path: path)
        #expect(running.current?.yaml == "cameras: []  # one\n")
        let file = try folder.write("cameras: []  # two\n".utf8, to: "neurond.yaml")
        let taken = try ConfigurationReader.load(file: file, environment: [:])
        _ = try folder.write("cameras: [  # somebody is still writing\n".utf8, to: "neurond.yaml")
        running.take(taken.text)
        #expect(running.current?.yaml == "cameras: []  # two\n" && taken.configuration.cameras.isEmpty)
    }
}
