import Foundation
import NeuronTestSupport
import Testing

/// The command line where people slip, and where shells and scripts ask.
@Suite(.timeLimit(.minutes(10))) struct CommandLineTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func text(_ result: NeurondProcess.Result) -> String {
        result.lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }

    @Test(arguments: [
        (["chek"], "Did you mean 'check'?"), (["alerts", "lsit"], "Did you mean 'list'?"),
        (["help", "tial"], "Did you mean 'tail'?"), (["xyzzy"], "There are: run, check"),
        (["check", "--confg", "a"], "Did you mean '--config'?"),
        (["tail", "--type", "moton"], "Did you mean 'motion'?"),
        (["tail", "--type", "motion.begun"], "motion.started, motion.updated"),
        (["tail", "--type", "org.neurond.motion.started.v9"], "motion.started, motion.updated"),
    ])
    func `a slip is answered with what was probably meant`(arguments: [String], words: String) throws {
        let result = try NeurondProcess.run(arguments)
        #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
        #expect(result.lines.isEmpty)
    }

    @Test(arguments: ["motion", "motion.started", "motion.*", "org.neurond.motion.*", "health"])
    func `an event that exists may be asked for`(type: String) throws {
        // The type is right, and the next thing that is wrong is the folder.
        let result = try NeurondProcess.run(["tail", "--type", type, "--state", folder.file("none")])
        #expect(result.status == 66 && result.errors.contains("There is no outbox"), "\(result.errors)")
    }

    @Test func `check tells scripts in JSON what is wrong and where`() throws {
        let wrong = try folder.write("cameras: [a]\nfoo: 1\n".utf8, to: "wrong.yaml")
        let result = try NeurondProcess.run(["check", "--config", wrong, "--json"])
        #expect(result.status == 78 && result.errors.isEmpty && result.lines.count == 1)
        let line = try JSONSerialization.jsonObject(with: Data(result.lines[0])) as? [String: Any]
        let problems = line?["problems"] as? [[String: Any]] ?? []
        #expect(line?["valid"] as? Bool == false)
        #expect(problems.map { $0["line"] as? Int } == [1, 2] && problems.last?["path"] as? String == "foo")
        #expect(line?["omitted"] as? Int == 0)
        let right = try folder.write("cameras: []\n".utf8, to: "right.yaml")
        let answer = try NeurondProcess.run(["check", "--config", right, "--json"])
        #expect(answer.status == 0 && text(answer).contains("\"cameras\":0") && text(answer).contains("\"valid\":true"))
    }

    @Test func `check says in JSON how many mistakes it leaves out`() throws {
        let cameras = (0..<600).map { "  - {id: c\($0), source: a.mp4, x: 1, y: 2}\n" }.joined()
        let file = try folder.write(("cameras:\n" + cameras).utf8, to: "wrong.yaml")
        let result = try NeurondProcess.run(["check", "--config", file, "--json"])
        let line = try JSONSerialization.jsonObject(with: Data(try #require(result.lines.first))) as? [String: Any]
        #expect((line?["problems"] as? [Any])?.count == 1000 && line?["omitted"] as? Int == 200)
    }

    @Test func `colours are for terminals only, unless they are asked for`() throws {
        let file = try folder.write("foo: 1\n".utf8, to: "neurond.yaml")
        let escape = "\u{1B}["
        #expect(try !NeurondProcess.run(["check", "--config", file]).errors.contains(escape))
        #expect(try NeurondProcess.run(["check", "--config", file, "--color", "always"]).errors.contains(escape))
        // `script` gives it a terminal.
        let command = "\(NeurondProcess.path) check --config \(file)"
        let shown = { (environment: [String]) throws in
            try CommandLineTool.run("env", environment + ["script", "-qefc", "\(command) || true", "/dev/null"])
        }
        #expect(try shown(["-u", "NO_COLOR", "TERM=xterm"]).contains(escape))
        #expect(try !shown(["NO_COLOR=1", "TERM=xterm"]).contains(escape))
        #expect(try !shown(["-u", "NO_COLOR", "TERM=dumb"]).contains(escape))
    }

    @Test func `a daemon without a camera runs until it is stopped`() async throws {
        let text = "state: \(folder.path)/state\ncameras: []\n"
        let daemon = try NeurondProcess(["run", "--config", try folder.write(text.utf8, to: "neurond.yaml")])
        #expect(await daemon.waits(upTo: 30) { $0.errors.contains(" started ") })
        let result = daemon.stop()
        #expect(result.status == 0 && result.errors.contains("stopped"), "\(result.errors)")
    }

    @Test func `a shell is offered the cameras of the configuration on the line`() throws {
        let text = "cameras: [{id: gate, source: a.mp4}, {id: yard, source: b.mp4}]\n"
        let file = try folder.write(text.utf8, to: "neurond.yaml")
        let words = ["neurond", "probe", "--config", file, "--camera", ""]
        let result = try NeurondProcess.run(["---completion", "probe", "--", "--camera", "5", "0"] + words)
        #expect(self.text(result).split(separator: "\n") == ["gate", "yard"], "\(result)")
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `completions are made for a shell`(shell: String) throws {
        let script = text(try NeurondProcess.run(["--generate-completion-script", shell]))
        for word in ["replay", "sampling", "keyframes", "motion.started"] {
            #expect(script.contains(word), "\(word)")
        }
    }

    @Test func `help has examples and exit codes for every subcommand that runs`() throws {
        let dump = text(try NeurondProcess.run(["--experimental-dump-help"]))
        let root = try JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any]
        let commands = (root?["command"] as? [String: Any])?["subcommands"] as? [[String: Any]] ?? []
        #expect(commands.count >= 12)
        for command in commands {
            guard let name = command["commandName"] as? String, name != "help" else { continue }
            let discussion = command["discussion"] as? String ?? ""
            #expect(discussion.contains("\n  neurond \(name)"), "\(name) shows no example")
            for line in discussion.split(separator: "\n") where line.hasPrefix("  ") {
                #expect(line.count < 80, "\(line)")
            }
        }
    }
}
