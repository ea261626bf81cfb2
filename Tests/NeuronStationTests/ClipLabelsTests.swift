import NeuronCore
import NeuronStation
import NeuronTestSupport
import Testing

/// Labels files, as people and as enemies write them, and the clips that they belong to.
@Suite struct ClipLabelsTests {
    private func labels(_ text: String) throws -> ClipLabels { try ClipLabels(Array(text.utf8), file: "labels.json") }

    @Test func `times, boxes, kinds, a region and zones are read, and other keys passed over`() throws {
        let labels = try labels(
            """
            {"events": [[1, 2.5], [3, 4, {"box": [10, 20, 30, 40.5], "plate": [1]}], [5, 6, {"type": "tamper"}], [7, 8, "a car"]],
             "roi": [631, 532, 210, 127], "nuisance": [[1, 2, "light"]], "note": null, "fps": 25,
             "tamper": [[9, 10, {"mode": "FrozenPicture"}]], "zones": [{"name": "drive", "polygon": [[0, 0], [1, 0], [1, 1]], "colour": "red"}]}
            """
        )
        #expect(labels.events.map(\.interval.from.nanoseconds) == [1, 3, 5, 7, 9].map { $0 * 1_000_000_000 })
        #expect(labels.events[0].interval.to == MediaTime(nanoseconds: 2_500_000_000))
        #expect(labels.events[1].box == LabelBox(left: 10, top: 20, right: 30, bottom: 40.5))
        #expect(labels.events.map(\.kind) == ["motion", "motion", "tamper", "motion", "tamper"])
        #expect(labels.region == [631, 532, 210, 127] && labels.zones.map(\.name) == ["drive"])
    }

    @Test(arguments: [
        ("", "not JSON"), ("[]", "not JSON"), ("{}", "events"), (#"{"events": 1}"#, "events"),
        (#"{"events": [1]}"#, "events[0]"), (#"{"events": [[1]]}"#, "events[0]"),
        (#"{"events": [[1, "2"]]}"#, "events[0]"), (#"{"events": [[1, 2], [2, 1]]}"#, "events[1]: it ends"),
        (#"{"events": [[-1, 1]]}"#, "-1"), (#"{"events": [[0, 1e300]]}"#, "1e+300"),
        (#"{"events": [[0, 1e999]]}"#, "labels"),
        (#"{"events": [[0, 1, {"box": [1, 2, 3]}]]}"#, "box"), (#"{"events": [[0, 1, {"box": [9, 2, 3, 4]}]]}"#, "box"),
        (#"{"events": [[0, 1, 7]]}"#, "events[0]"), (#"{"events": [], "roi": [1, 2, 3]}"#, "roi"),
        (#"{"events": [], "roi": [1, 2, 0, 3]}"#, "roi"), (#"{"events": [], "zones": [{}]}"#, "zones"),
        (#"{"events": [], "tamper": [[2, 1]]}"#, "tamper[0]: it ends"), (#"{"events": [], "plate": 1}"#, "plate"),
        ("\u{0}\u{1}{", "not JSON"), (String(repeating: "[", count: 100_000), "not JSON"),
        ("{\"events\": [" + String(repeating: "[0,1],", count: 10_001) + "[0,1]]}", "10000 events"),
        ("{\"events\": [" + String(repeating: "[", count: 5000), "labels"),
    ])
    func `what is no labels file is refused, with the place`(text: String, word: String) {
        let error = #expect(throws: StationError.self) { try labels(text) }
        #expect(error?.exitCode == 65 && error?.description.contains(word) == true, "\(error?.description ?? "")")
    }

    @Test func `a file that is not there and one that is no file are told apart`() throws {
        let folder = try TemporaryDirectory()
        #expect(throws: StationError.self) { try ClipLabels(file: folder.file("none.json")) }
        for (path, code) in [(folder.file("none.json"), Int32(66)), (folder.path, 65), ("/dev/zero", 65)] {
            let error = #expect(throws: StationError.self) { try ClipLabels(file: path) }
            #expect(error?.exitCode == code && error?.description.contains(path) == true)
        }
    }

    @Test func `labels are taken by name, else in order, else beside the clip`() throws {
        let pairing = LabelPairing { ["a/clip.json", "b/events.json"].contains($0) }
        #expect(try pairing.labels(for: ["a/clip.mp4", "b/clip.mp4"], among: []) == ["a/clip.json", "b/events.json"])
        #expect(try pairing.labels(for: ["x.mp4", "y.mp4"], among: ["y.json", "x.json"]) == ["x.json", "y.json"])
        #expect(try pairing.labels(for: ["x.mp4", "y.mp4"], among: ["1.json", "2.json"]) == ["1.json", "2.json"])
        #expect(try pairing.labels(for: ["x.mp4", "y.mp4"], among: ["l.json"]) == ["l.json", "l.json"])
        let endings = ["w-mkv.json", "w.json", "rest.json"]
        #expect(try pairing.labels(for: ["c/w.mp4", "c/w.mkv"], among: endings) == ["w.json", "w-mkv.json"])
    }

    @Test func `labels that cannot be found or told apart are asked for`() {
        let pairing = LabelPairing { _ in false }
        let missing = #expect(throws: StationError.self) { try pairing.labels(for: ["c/x.mp4"], among: []) }
        #expect(missing?.exitCode == 66 && missing?.description.contains("c/x.json and c/events.json") == true)
        let unclear = #expect(throws: StationError.self) {
            try pairing.labels(for: ["x.mp4", "y.mp4", "z.mp4"], among: ["x.json", "z.json"])
        }
        #expect(unclear?.exitCode == 64 && unclear?.description.contains("y.mp4") == true)
    }
}
