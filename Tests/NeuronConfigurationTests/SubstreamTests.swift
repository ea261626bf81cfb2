import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct SubstreamTests {
    @Test func `what is watched is the small stream where there is one`() throws {
        let plain = try configuration(withCamera("")).cameras[0]
        let camera = try configuration(withCamera("    substream: rtsp://h/small\n")).cameras[0]
        #expect(plain.watchedSource == plain.source)
        #expect(camera.watchedSource == SourceAddress("rtsp://h/small"))
        #expect(camera.source == plain.source)
        #expect(camera.canonicalText == plain.canonicalText)
    }

    @Test(arguments: [
        ("small.mp4", "is an RTSP URL"), ("rtsp:///x", "no host"), ("rtps://h/s", "Did you mean `rtsp://`?"),
        ("rtsp://h/{user}", "`credentials` doesn't say"), ("\"\"", "is empty"),
        ("rtsp://admin:hunter2@h/s", "`substream: rtsp://h/s` and `credentials: a`"),
        ("rtsp://h/s?password=hunter2", "`password={password}`"),
    ])
    func `what can't be read, or holds a secret, is refused without it`(address: String, part: String) {
        let found = problems(of: withCamera("    substream: \(address)\n"))
        #expect(found.count == 1 && found[0].contains("cameras[0].substream"), "\(found)")
        #expect(found.first?.contains(part) == true && found.first?.contains("hunter2") == false, "\(found)")
    }

    @Test func `a clip has none`() {
        let found = problems(of: "cameras: [{id: a, source: a.mp4, substream: rtsp://h/s}]\n")
        #expect(found.count == 1 && found[0].contains("Only an RTSP camera has a sub-stream"), "\(found)")
    }
}
