import Testing

@testable import NeuronConfiguration

/// The messages are the product: each mistake with its place and what would be right.
@Suite struct ConfigurationProblemTests {
    @Test(arguments: [
        ("", ["1:1: The file is empty; it needs at least `cameras` with one `id` and `source`."]),
        ("# nothing\n", ["1:1: The file is empty; it needs at least `cameras` with one `id` and `source`."]),
        ("text\n", ["1:1: Here should be a mapping with keys such as `box:`, and here is a single value."]),
        ("- a\n", ["1:1: Here should be a mapping with keys such as `box:`, and here is a list."]),
        ("box: b\n", ["1:1: `cameras` is missing; every configuration needs it."]),
        (
            "cameras:\n",
            ["1:9: cameras: Here should be a list, each camera beginning with `- `, and nothing is written."]
        ),
        (
            "cameras:\n  id: a\n  source: b\n",
            ["2:3: cameras: Here should be a list, each camera beginning with `- `, and here is a mapping."]
        ),
        ("cameras:\n  - id: a\n", ["2:5: cameras[0]: `source` is missing; every camera needs it."]),
        (
            "cameras:\n  - id:\n    source: ~\n",
            [
                "2:8: cameras[0].id: Here should be a name, and nothing is written.",
                "3:13: cameras[0].source: Here should be a URL or a path, and nothing is written.",
            ]
        ),
    ])
    func `what is missing is named`(text: String, expected: [String]) {
        #expect(problems(of: text) == expected)
    }

    @Test(arguments: [
        (
            "    opentimeout: 1s\n",
            "4:5: cameras[0].opentimeout: The key `opentimeout` isn't known here. Did you mean `openTimeout`?"
        ),
        (
            "    open_timeout: 1s\n",
            "4:5: cameras[0].open_timeout: The key `open_timeout` isn't known here. Did you mean `openTimeout`?"
        ),
        ("    zone: []\n", "4:5: cameras[0].zone: The key `zone` isn't known here. Did you mean `zones`?"),
        (
            "    tranpsort: tcp\n",
            "4:5: cameras[0].tranpsort: The key `tranpsort` isn't known here. Did you mean `transport`?"
        ),
        (
            "    sensitivity: low\n",
            "4:5: cameras[0].sensitivity: The key `sensitivity` isn't known here. It belongs under `motion`."
        ),
        ("    url: x\n", "4:5: cameras[0].url: The key `url` isn't known here. Did you mean `source`?"),
        ("    fps: 5\n", "4:5: cameras[0].fps: The key `fps` isn't known here. Write `sampling: {fps: 5}`."),
        (
            "    motion: {xyz: 1}\n",
            "4:14: cameras[0].motion.xyz: The key `xyz` isn't known here. Possible are `enabled`, `preset`, `sensitivity`, "
                + "`minimumArea`, `minimumDuration`, `eventGap`, `updateEvery` and `night`."
        ),
        (
            "    motion: {threshold: 25}\n",
            "4:14: cameras[0].motion.threshold: The key `threshold` isn't known here. How small a change counts is `sensitivity`, "
                + "how large a part must move is `minimumArea`."
        ),
        ("id: a\n", "4:1: id: The key `id` isn't known here. It belongs under `cameras`."),
        (
            "sinks: [{type: stdout, keep: 8}]\n",
            "4:24: sinks[0].keep: The key `keep` isn't known here. Possible are `type` and `name`."
        ),
    ])
    func `an unknown key says what was meant`(lines: String, expected: String) {
        #expect(problems(of: withCamera(lines)) == [expected])
    }

    @Test(arguments: [
        ("10", "`10` has no unit; write 10s for seconds or 10ms for milliseconds."),
        ("1.5", "`1.5` has no unit; write 1.5s for seconds or 1.5ms for milliseconds."),
        ("10 sec", "The unit of `10 sec` is written `s`: 10s."),
        ("5min", "The unit of `5min` is written `m`: 5m."),
        ("10x", "The unit of `10x` isn't known; units of time are ms, s, m, h and d."),
        ("ten", "`ten` isn't a time; write a number and its unit, such as 10s."),
        ("+1s", "`+1s` isn't a time; write a number and its unit, such as 10s."),
        ("1.s", "`1.s` isn't a time; write a number and its unit, such as 10s."),
        ("-1s", "`-1s` isn't a time; write a number and its unit, such as 10s."),
        ("6m", "`6m` is out of range; possible is 100ms to 5m."),
        ("99999999999999d", "`99999999999999d` is longer than any time here can be."),
        ("[1s]", "Here should be a time with its unit, such as 10s, not a list."),
        ("", "Here should be a time with its unit, such as 10s, and nothing is written."),
        ("\"1\\e[2Js\"", "Here should be a time with its unit, such as 10s, and the value holds a control character."),
    ])
    func `a time needs a number, a unit and a sensible length`(value: String, message: String) {
        let column = value.isEmpty ? 17 : 18
        #expect(
            problems(of: withCamera("    openTimeout: \(value)\n")) == [
                "4:\(column): cameras[0].openTimeout: \(message)"
            ]
        )
    }

    @Test(arguments: [
        ("64", "`64` has no unit; 64MiB is so many times 1,048,576 bytes."),
        ("64M", "The unit of `64M` isn't known; write 64MiB."),
        ("64mb", "The unit of `64mb` isn't known; write 64MiB."),
        (
            "64 apples",
            "The unit of `64 apples` isn't known; units of size are B, KiB, MiB, GiB, TiB, kB, MB, GB and TB."
        ),
        ("much", "`much` isn't a size; write a number and its unit, such as 64MiB."),
        ("1kB", "`1kB` is out of range; possible is 1MiB to 1TiB."),
        ("99999999999TiB", "`99999999999TiB` is larger than any size here can be."),
    ])
    func `a size needs a number, a unit and sensible bounds`(value: String, message: String) {
        #expect(problems(of: withCamera("outbox: {capacity: \(value)}\n")) == ["4:20: outbox.capacity: \(message)"])
    }

    @Test(arguments: [
        ("minimumArea: 5", "5 per cent is written 5%", 27), ("minimumArea: 0", "isn't a fraction above 0", 27),
        ("minimumArea: 150%", "`150%` isn't a fraction", 27), ("minimumArea: 1e-400", "isn't a fraction above 0", 27),
        ("minimumArea: nan", "such as 0.01, not `nan`", 27), ("minimumArea: 0x1", "such as 0.01, not `0x1`", 27),
        ("sensitivity: 11", "a whole number from 1 to 10, not `11`", 27), ("sensitivity: hi", "not `hi`", 27),
        ("enabled: yes", "`yes` is neither `true` nor `false`; write `true`.", 23),
        ("enabled: off", "write `false`", 23), ("enabled: maybe", "neither `true` nor `false`.", 23),
    ])
    func `motion settings have their ranges`(setting: String, part: String, column: Int) {
        let found = problems(of: withCamera("    motion: {\(setting)}\n"))
        #expect(
            found.count == 1 && found[0].hasPrefix("4:\(column): cameras[0].motion.") && found[0].contains(part),
            "\(found)"
        )
    }

    @Test(arguments: [
        (
            "sampling: alway",
            "Here should be `auto`, `always`, `keyframes` or `{fps: 5}`, not `alway`. Did you mean `always`?"
        ),
        ("sampling: fps:500", "Frames a second are a number from 0.1 to 120, not `500`."),
        ("sampling: {}", "Here should be `{fps: 5}`, and the braces are empty."),
        ("transport: tpc", "`tpc` isn't known here; possible are `tcp` and `udp`. Did you mean `tcp`?"),
        ("loop: true", "Only a clip can be played again; the source of this camera is live, so delete `loop`."),
        ("name: ''", "The text must have 1 to 100 characters on one line."),
        (
            "id2: !secret x",
            "The key `id2` isn't known here. Did you mean `id`?"
        ),
        (
            "site: {grid: G1}",
            "`G1` can't stand in a topic: a name has 1 to 64 characters of `a-z`, `0-9`, `_`, `-`; write `g1`."
        ),
    ])
    func `a camera's settings are checked`(setting: String, message: String) {
        let found = problems(of: withCamera("    \(setting)\n"))
        #expect(found.contains { $0.hasSuffix(message) }, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("4:") })
    }

    @Test func `a setting without an effect is a mistake`() {
        let text = "cameras:\n  - id: a\n    source: a.mp4\n    transport: tcp\n    credentials: a\n"
        #expect(
            problems(of: text) == [
                "4:16: cameras[0].transport: Only RTSP has a transport, and the source of this camera is no RTSP URL; delete it.",
                "5:18: cameras[0].credentials: A clip or a device needs no user and password; delete `credentials`.",
            ]
        )
        let zone = withCamera("    zones: [{name: z, kind: exclude, polygon: [[0,0],[1,0],[1,1]], eventGap: 1s}]\n")
        #expect(
            problems(of: zone) == [
                "4:78: cameras[0].zones[0].eventGap: In a zone of kind `exclude` nothing is looked for, so `eventGap` has no "
                    + "meaning; delete it."
            ]
        )
    }

    @Test(arguments: [
        ("rtps://h/s", "`rtps://…` isn't a known kind of source. Did you mean `rtsp://`?"),
        ("rtsp:///s", "The URL has no host; write rtsp://HOST/PATH."),
        ("rtsp://h:0/s", "The URL's port must be a number from 1 to 65535, as in rtsp://HOST:554/PATH."),
        ("rtsp://h/a b", "A URL has no spaces; write each as %20."),
        ("~/a.mp4", "`~` isn't replaced by a home folder here; write the whole path."),
        ("''", "The source is empty; write a URL or a path."),
    ])
    func `a source that can't be opened is refused`(source: String, message: String) {
        let text = "cameras:\n  - id: a\n    source: \(source)\n"
        #expect(problems(of: text) == ["3:13: cameras[0].source: \(message)"])
    }

    @Test func `names must be unique and valid`() {
        let text = """
            box: Box 7
            cameras:
              - {id: Gate North, source: a.mp4}
              - {id: gate, source: a.mp4}
              - {id: gate, source: b.mp4, masks: [{name: m, polygon: [[0,0],[1,0],[1,1]]}, {name: m}]}
            sinks: [{type: stdout}, {type: stdout}, {type: jsonl, name: stdout}]
            """
        let rule = "can't stand in a topic: a name has 1 to 64 characters of `a-z`, `0-9`, `_`, `-`"
        #expect(
            problems(of: text) == [
                "1:6: box: `Box 7` \(rule); write `box-7`.",
                "3:10: cameras[0].id: `Gate North` \(rule); write `gate-north`.",
                "5:10: cameras[2].id: The camera in line 4 is already called `gate`; give this one another name.",
                "5:80: cameras[2].masks[1]: `polygon` is missing; every mask needs it.",
                "5:87: cameras[2].masks[1].name: The mask in line 5 is already called `m`; give this one another name.",
                "6:32: sinks[1].type: The sink in line 6 is already called `stdout`; give this one a `name` of its own.",
                "6:61: sinks[2].name: The sink in line 6 is already called `stdout`; give this one a `name` of its own.",
            ]
        )
    }

    @Test(arguments: [
        (
            "{type: josnl}",
            "The type `josnl` isn't known; possible are `jsonl`, `stdout`, `mqtt` and `nats`. Did you mean `jsonl`?"
        ),
        ("{path: a}", "`type` is missing, and a sink needs it; possible are `jsonl`, `stdout`, `mqtt` and `nats`."),
        ("stdout", "Here should be a mapping such as `{type: jsonl, path: alerts.jsonl}`."),
        ("{type: jsonl, path: a/}", "`a/` is a folder; write the path of a file."),
        ("{type: jsonl, keep: 1.5}", "Here should be a whole number from 1 to 10000, not `1.5`."),
    ])
    func `a sink has a type that this version knows`(sink: String, message: String) {
        let found = problems(of: withCamera("sinks: [\(sink)]\n"))
        #expect(found.count == 1 && found[0].hasPrefix("4:") && found[0].hasSuffix(message), "\(found)")
    }

    @Test func `all mistakes are reported in the order of the file`() {
        let found = problems(
            of:
                "log: {level: verbose}\noutbox: {history: 7}\nbox: B\nbxo: b\ncameras:\n  - {id: a, source: a, loop: 1}\n"
        )
        #expect(found.map { $0.prefix(4) } == ["1:14", "2:19", "3:6:", "4:1:", "6:30"])
    }

    @Test func `the text form begins with the file's name`() {
        let problem = ConfigurationProblem(line: 3, column: 5, path: "box", message: "No.")
        #expect(problem.text(file: "neurond.yaml") == "neurond.yaml:3:5: box: No.")
    }
}
