import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10)))
struct MediaErrorTests {
    private func text(opening address: String) -> String? {
        let error = #expect(throws: MediaError.self) { _ = try MediaSource(opening: SourceAddress(address)) }
        return error?.description
    }

    @Test func `a text says what was tried, on what, and why it failed`() throws {
        let port: UInt16
        do {
            let server = try SilentServer()
            port = server.port
        }
        #expect(
            text(opening: "rtsp://admin:hunter2@127.0.0.1:\(port)/x")
                == "Could not open rtsp://***@127.0.0.1:\(port)/x: Connection refused (-111)."
        )
        #expect(
            text(opening: "/nowhere/clip.mp4")
                == "Could not open /nowhere/clip.mp4: there is nothing of that name (No such file or directory (-2))."
        )
        #expect(
            text(opening: "http://a:b@h/x")
                == "Could not open http://***@h/x: only clips (a path or file://), rtsp://, rtsps:// and V4L2 devices "
                + "(/dev/video0, v4l2:/path) are read here."
        )
    }

    @Test func `only what cannot change by itself is permanent`() {
        let permanent = MediaError.Code.allCases.filter { MediaError(code: $0, message: "").isPermanent }
        #expect(permanent == [.notSupported, .noVideoStream, .unsupportedCodec])
    }
}
