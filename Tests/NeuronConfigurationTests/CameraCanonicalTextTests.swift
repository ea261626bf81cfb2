import Testing

@testable import NeuronConfiguration

@Suite struct CameraCanonicalTextTests {
    @Test func `spelling, order, comments and written-out defaults make no difference`() throws {
        let first = """
            cameras:
              - id: a
                source: rtsp://h/s
                motion: {minimumArea: 5%, eventGap: 60s}
                zones: [{name: z, polygon: [[0, 0], [1, 0], [1, 1]]}]
            """
        let second = """
            # The same, said differently.
            motion: {eventGap: 1m, sensitivity: 5}
            cameras:
              - zones:
                  - polygon: [[0.0, 0], [1.0, 0], [1e0, 1]]
                    kind: include
                    name: "z"
                motion:
                  minimumArea: 0.05
                source: rtsp://h/s
                id: a
            """
        #expect(try configuration(first).cameras[0].canonicalText == configuration(second).cameras[0].canonicalText)
    }

    @Test func `who hides nothing has the text of before, and who hides something has another`() throws {
        let mask = "    masks: [{name: z, polygon: [[0,0],[1,0],[1,1]]"
        let texts = try ["}]\n", ", privacy: false}]\n", ", privacy: true}]\n"].map {
            try configuration(withCamera(mask + $0)).cameras[0].canonicalText
        }
        #expect(texts[0] == texts[1] && texts[1] != texts[2] && !texts[0].contains("privacy"))
    }

    @Test func `how plates look in pictures is no setting of detection`() throws {
        let (shown, covered) = try (
            configuration(withCamera("    plates: {blur: false}\n")).cameras[0],
            configuration(withCamera("")).cameras[0]
        )
        #expect(covered.plates.areCovered && !shown.plates.areCovered)
        #expect(shown.plateCanonicalText == covered.plateCanonicalText)
    }

    @Test(arguments: [
        "    sampling: always\n", "    motion: {enabled: false}\n",
        "    motion: {sensitivity: 6}\n",
        "    motion: {minimumArea: 0.0006}\n", "    motion: {minimumDuration: 301ms}\n",
        "    motion: {eventGap: 11s}\n",
        "    motion: {updateEvery: 11s}\n", "    zones: [{name: z, polygon: [[0,0],[1,0],[1,1]]}]\n",
        "    zones: [{name: z, polygon: [[0,0],[1,0],[1,0.9]]}]\n",
        "    masks: [{name: z, polygon: [[0,0],[1,0],[1,1]]}]\n",
        "    tamper: {enabled: false}\n", "    tamper: {modes: [ImageTooDark]}\n", "    tamper: {holdOff: 11s}\n",
        "    tamper: {quietTime: 6s}\n", "    tamper: {acceptAfter: 6m}\n", "    tamper: {darkLevel: 30}\n",
        "    tamper: {minimumMatch: 30%}\n",
        "    zones: [{name: z, kind: exclude, polygon: [[0,0],[1,0],[1,1]]}]\n",
        "    zones: [{name: z, kind: preclude, polygon: [[0,0],[1,0],[1,1]]}]\n",
        "    motion: {night: {sensitivity: 6}}\n", "    motion: {night: {minimumDuration: 2s}}\n",
    ])
    func `each setting of detection changes it`(lines: String) throws {
        #expect(
            try configuration(withCamera("")).cameras[0].canonicalText
                != configuration(withCamera(lines)).cameras[0].canonicalText
        )
    }

    @Test(arguments: [
        "enabled: false", "minimumScore: 0.6", "searchesPerSecond: 4", "minimumWidth: 25", "minimumPictures: 4",
        "tellAfter: 11s",
    ])
    func `a setting of plates changes the text of plates and not that of motion`(line: String) throws {
        let plain = try configuration(withCamera("")).cameras[0]
        let changed = try configuration(withCamera("    plates: {\(line)}\n")).cameras[0]
        #expect(changed.canonicalText == plain.canonicalText)
        #expect(changed.plateCanonicalText != plain.plateCanonicalText)
        let motion = try configuration(withCamera("    motion: {sensitivity: 6}\n")).cameras[0]
        #expect(motion.plateCanonicalText != plain.plateCanonicalText)
    }

    @Test(arguments: ["    openTimeout: 1s\n", "    name: Gate\n", "    credentials: a\n", "log: {level: debug}\n"])
    func `what doesn't decide on detection leaves it alone`(lines: String) throws {
        #expect(
            try configuration(withCamera("")).cameras[0].canonicalText
                == configuration(withCamera(lines)).cameras[0].canonicalText
        )
    }

    @Test func `somebody decides for each new key of a camera whether it belongs to it`() {
        let outside = [
            "id", "name", "source", "credentials", "transport", "loop", "priority", "site", "openTimeout",
            "readTimeout", "lostAfter", "decoder", "substream", "owner", "address", "position", "gbId", "v4l2",
            "evidence",
            // In plateCanonicalText.
            "plates",
        ]
        let inside = ["sampling", "maxBlind", "motion", "tamper", "zones", "masks"]
        let keys = ConfigurationSection<CameraConfiguration>.camera.description.keys
        #expect(Set(keys) == Set(outside + inside), "add a new key to canonicalText, or to the list of this test")
    }

    @Test func `its text is stable, since alerts carry its hash`() throws {
        let lines = "    zones: [{name: z, polygon: [[0, 0.25], [1, 0], [1, 1]], sensitivity: 7}]\n"
        #expect(
            try configuration(withCamera(lines)).cameras[0].canonicalText == """
                neurond detection configuration 1
                sampling: auto
                maxBlind: 2s
                motion.enabled: true
                motion.sensitivity: normal
                motion.minimumArea: 0.0001
                motion.minimumDuration: 300ms
                motion.eventGap: 2s
                motion.updateEvery: 10s
                tamper.enabled: true
                tamper.modes: [ImageTooDark, ImageTooBright, ImageTooBlurry, GlobalSceneChange, FrozenPicture]
                tamper.holdOff: 10s
                tamper.quietTime: 5s
                tamper.acceptAfter: 5m
                tamper.darkLevel: 36
                tamper.minimumMatch: 0.35
                zones[0].name: z
                zones[0].kind: include
                zones[0].polygon: [[0, 0.25], [1, 0], [1, 1]]
                zones[0].sensitivity: 7
                zones[0].minimumArea: 0.0001
                zones[0].minimumDuration: 300ms
                zones[0].eventGap: 2s
                """
        )
    }

    @Test(arguments: [
        (0.0005, "0.0005"), (1e-7, "0.0000001"), (1.5e-6, "0.0000015"), (0.1, "0.1"), (1, "1"), (0, "0"),
        (0.30000000000000004, "0.30000000000000004"),
    ])
    func `numbers are written without exponents and read back equal`(value: Double, text: String) {
        #expect(DecimalNumber.text(value) == text)
        #expect(DecimalNumber.parse(text) == value)
    }
}
