import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

/// Live cameras, by a real RTSP server that misbehaves on command.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: RTSPCamera.isAvailable, "needs python3-gi and gst-rtsp-server")
)
struct CameraTests {
    private let folder: TemporaryDirectory
    private let clip: String

    init() throws {
        folder = try TemporaryDirectory()
        clip = try ClipMaker.make("camera.mp4", in: folder) { recipe in
            recipe.rate = "25"
            recipe.frames = 50
            recipe.codec = ClipMaker.cameraH264
        }
    }

    @Test(arguments: SourceOptions.Transport.allCases)
    func `a camera delivers frames at its rate`(transport: SourceOptions.Transport) throws {
        let camera = try RTSPCamera(clips: [clip])
        var viewer = try Viewer(camera.url(), SourceOptions(transport: transport))
        try viewer.watch(frames: 30)
        #expect(viewer.times.first == .zero)
        let steps = zip(viewer.times, viewer.times.dropFirst()).map { ($1 - $0).milliseconds }
        #expect(steps.allSatisfy { (39...40).contains($0) }, "\(steps)")
        #expect(viewer.sizes == [FrameSize(width: 64, height: 48)])
        #expect(viewer.source.facts.containerName == "rtsp")
        #expect(viewer.source.facts.nominalFrameInterval == .milliseconds(40))
    }

    @Test func `the camera's own wall clock comes with its sender reports`() throws {
        let camera = try RTSPCamera(clips: [clip])
        var viewer = try Viewer(camera.url())
        try viewer.watch { $0.senderTime != nil }
        let reported = viewer.senderTime
        let sent = try #require(reported)
        let distance = (SystemClock().wallNow() - sent).seconds
        #expect(abs(distance) < 10, "\(distance)")
    }

    @Test func `an H265 camera delivers frames`() throws {
        let clip = try ClipMaker.make("h265.mp4", in: folder) { $0.codec = ClipMaker.h265 }
        let camera = try RTSPCamera(clips: [clip])
        var viewer = try Viewer(camera.url())
        try viewer.watch(frames: 10)
        #expect(viewer.source.facts.codecName == "hevc")
    }

    @Test(arguments: RTSPCamera.Authentication.allCases)
    func `the right password opens the camera and a wrong one is told`(
        authentication: RTSPCamera.Authentication
    ) throws {
        let password = "s3cr3t/@:%"
        let camera = try RTSPCamera(clips: [clip], user: "admin", password: password, authentication: authentication)
        let right = SourceAddress(camera.url()).withCredentials(user: "admin", password: password)
        var viewer = try Viewer(right.revealed)
        try viewer.watch(frames: 3)

        let wrong = SourceAddress(camera.url()).withCredentials(user: "admin", password: "hunter2")
        for address in [wrong.revealed, camera.url()] {
            let error = #expect(throws: MediaError.self) { _ = try Viewer(address) }
            #expect(error?.code == .authenticationFailed)
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test func `a stream that is not there is told as such`() throws {
        let camera = try RTSPCamera(clips: [clip])
        let error = #expect(throws: MediaError.self) { _ = try Viewer(camera.url("cam9")) }
        #expect(error?.code == .notFound)
        #expect(error?.isPermanent == false)
    }

    @Test func `a camera that goes and comes back can be opened again`() throws {
        let camera = try RTSPCamera(clips: [clip])
        var viewer = try Viewer(camera.url())
        try viewer.watch(frames: 3)
        try camera.control("gone cam0")
        #expect(throws: MediaError.self) { try viewer.watch(frames: 500) }
        #expect(throws: MediaError.self) { _ = try Viewer(camera.url()) }
        try camera.control("back cam0")
        var again = try Viewer(camera.url())
        try again.watch(frames: 3)
    }

    @Test(arguments: SourceOptions.Transport.allCases)
    func `a stall ends at the read deadline`(transport: SourceOptions.Transport) throws {
        let camera = try RTSPCamera(clips: [clip])
        var viewer = try Viewer(camera.url(), SourceOptions(transport: transport, readTimeout: .milliseconds(500)))
        try viewer.watch(frames: 3)
        try camera.control("stall cam0")
        let start = ContinuousClock.now
        let error = #expect(throws: MediaError.self) { try viewer.watch(frames: 500) }
        #expect(error?.code == .timedOut)
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func `a server that never answers ends at the open deadline`() throws {
        let silent = try SilentServer()
        let start = ContinuousClock.now
        let error = #expect(throws: MediaError.self) {
            _ = try Viewer(
                "rtsp://admin:hunter2@127.0.0.1:\(silent.port)/x",
                SourceOptions(openTimeout: .milliseconds(500))
            )
        }
        #expect(error?.code == .timedOut)
        #expect(error?.description.contains("hunter2") == false)
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func `a port nobody listens on fails at once`() throws {
        let port: UInt16
        do {
            let server = try SilentServer()
            port = server.port
        }
        let error = #expect(throws: MediaError.self) { _ = try Viewer("rtsp://127.0.0.1:\(port)/x") }
        #expect(error?.code == .openFailed)
    }

    @Test func `stop ends a blocked read promptly`() throws {
        let camera = try RTSPCamera(clips: [clip])
        let interrupt = SourceInterrupt()
        var viewer = try Viewer(camera.url(), interrupt: interrupt)
        try viewer.watch(frames: 3)
        try camera.control("stall cam0")
        let stopper = DedicatedThread(name: "stopper") { interrupt.stop() }
        let start = ContinuousClock.now
        let error = #expect(throws: MediaError.self) { try viewer.watch(frames: 500) }
        stopper.join()
        #expect(error?.code == .interrupted)
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func `an abrupt close is a prompt error`() throws {
        let camera = try RTSPCamera(clips: [clip])
        var viewer = try Viewer(camera.url())
        try viewer.watch(frames: 3)
        try camera.control("close cam0")
        let start = ContinuousClock.now
        let error = #expect(throws: MediaError.self) { try viewer.watch(frames: 500) }
        #expect(error?.code == .endedUnexpectedly)
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func `another picture size in the same session just comes`() throws {
        let other = try ClipMaker.make("other.mp4", in: folder) { recipe in
            recipe.size = "96x80"
            recipe.rate = "25"
            recipe.codec = ClipMaker.cameraH264
        }
        let camera = try RTSPCamera(clips: [clip])
        var viewer = try Viewer(camera.url())
        try viewer.watch(frames: 5)
        try camera.control("res cam0 \(other)")
        try viewer.watch { $0.sizes.count == 2 }
        #expect(viewer.sizes == [FrameSize(width: 64, height: 48), FrameSize(width: 96, height: 80)])
    }

    @Test(arguments: SourceOptions.Transport.allCases)
    func `no picture that follows a lost packet is shown`(transport: SourceOptions.Transport) throws {
        let clip = try ClipMaker.make("large.mp4", in: folder) { recipe in
            // Large enough for several packets a picture.
            recipe.size = "320x240"
            recipe.rate = "25"
            recipe.codec = ClipMaker.cameraH264 + ["-qp", "4"]
        }
        let camera = try RTSPCamera(clips: [clip])
        let whole = Set(try Playback(clip).pictures.map(\.hash))
        var viewer = try Viewer(camera.url(), SourceOptions(transport: transport))
        try viewer.watch(frames: 5)
        try camera.control("lose cam0 0.01")
        try viewer.watch { $0.source.statistics.losses >= 5 }
        try camera.control("lose cam0 0")
        try viewer.watch(frames: 20)
        #expect(whole.isSuperset(of: viewer.hashes))
        #expect(viewer.decoderStatistics.damagedFrames > 0)
    }

    @Test(arguments: [3600.0, -0.5])
    func `a jump of the time stamps goes on at the nominal interval`(seconds: Double) throws {
        let camera = try RTSPCamera(clips: [clip])
        var viewer = try Viewer(camera.url())
        try viewer.watch(frames: 20)
        try camera.control("ts cam0 \(seconds)")
        try viewer.watch { $0.source.statistics.repairs.jumps > 0 }
        try viewer.watch(frames: 10)
        let steps = zip(viewer.times, viewer.times.dropFirst()).map { ($1 - $0).milliseconds }
        #expect(steps.allSatisfy { (39...41).contains($0) }, "\(steps)")
    }
}
