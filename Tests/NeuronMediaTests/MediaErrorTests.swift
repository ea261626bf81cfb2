import Glibc
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronMedia

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
                == "Could not open rtsp://***@127.0.0.1:\(port)/x: nothing listens at that port; "
                + "check the port, and that RTSP is switched on in the camera (Connection refused (-111))."
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

    @Test func `a name that nobody knows is told from a disk that fails`() {
        let error = #expect(throws: MediaError.self) {
            _ = try MediaSource(opening: SourceAddress("rtsp://u:hunter2@no-such-host.invalid/x"))
        }
        #expect(error?.code == .openFailed)
        #expect(
            error?.message.contains("rtsp://***@no-such-host.invalid/x: its host's name could not be resolved") == true
        )
        // What comes next on the same thread has a reason of its own.
        #expect(text(opening: "rtsp://127.0.0.1:1/x")?.contains("nothing listens at that port") == true)
    }

    @Test(arguments: [
        (ENETUNREACH, "this box has no way to that network"), (EHOSTUNREACH, "nobody has that address"),
        (ECONNREFUSED, "nothing listens at that port"),
    ])
    func `an address that cannot be reached says what to look at`(number: Int32, words: String) {
        let error = MediaError.opening(SourceAddress("rtsp://h/x"), status: -number)
        #expect(error.code == .openFailed && error.message.contains(words), "\(error)")
    }

    @Test func `only what cannot change by itself is permanent`() {
        let permanent = MediaError.Code.allCases.filter { MediaError(code: $0, message: "").isPermanent }
        #expect(permanent == [.notSupported, .noVideoStream, .unsupportedCodec])
    }
}
