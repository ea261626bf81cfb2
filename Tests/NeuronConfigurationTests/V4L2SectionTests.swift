import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct V4L2SectionTests {
    private func camera(_ lines: String) -> String { "cameras:\n  - id: a\n    source: /dev/video0\n" + lines }

    @Test func `all of it is read`() throws {
        let read = try configuration(
            camera(
                """
                    v4l2:
                      format: mjpeg
                      size: 1920x1080
                      framesPerSecond: 12.5
                      controls: {power_line_frequency: 50 Hz, auto_exposure: 1, gain_automatic: false}

                """
            )
        )
        let expected = V4L2Configuration(
            format: .mjpeg,
            size: FrameSize(width: 1920, height: 1080),
            framesPerSecond: 12.5,
            controls: [("power_line_frequency", "50 Hz"), ("auto_exposure", "1"), ("gain_automatic", "false")].map {
                V4L2Configuration.Control(name: $0.0, value: $0.1)
            }
        )
        #expect(read.cameras[0].v4l2 == expected)
    }

    @Test func `without it the device chooses`() throws {
        #expect(try configuration(camera("")).cameras[0].v4l2 == V4L2Configuration())
    }

    @Test(arguments: ["/dev/video0", "/dev/v4l/by-id/usb-x-video-index0", "v4l2:/dev/gate"])
    func `a device's path stays as it is written`(source: String) throws {
        let read = try configuration("cameras:\n  - id: a\n    source: \(source)\n")
        #expect(read.cameras[0].source.revealed == source)
    }

    @Test(arguments: [
        ("format: mpeg", "5:15", "`mpeg` isn't known here"), ("size: 1280", "5:13", "such as `1280x720`"),
        ("size: 1280x", "5:13", "such as"), ("size: 0x0", "5:13", "16 to 16384"), ("size: -5x10", "5:13", "such as"),
        ("size: 99999999999999999999x9", "5:13", "such as"), ("framesPerSecond: 0", "5:24", "0.1 to 240"),
        ("framesPerSecond: fast", "5:24", "0.1 to 240"), ("fps: 15", "5:7", "Did you mean `framesPerSecond`?"),
        ("controls: 5", "5:17", "up to 64 names"), ("controls: {Gain: 5}", "5:18", "no name of a control"),
        ("controls: {gain: 1.5}", "5:24", "a whole number"), ("controls: {gain: [1]}", "5:24", "not a list"),
        ("controls: {gain: }", "5:24", "nothing is written"), ("resolution: 5", "5:7", "Did you mean `size`?"),
    ])
    func `what makes no sense is refused where it stands`(line: String, place: String, part: String) {
        let found = problems(of: camera("    v4l2:\n      \(line)\n"))
        #expect(found.count == 1 && found[0].hasPrefix(place + ":") && found[0].contains(part), "\(found)")
    }

    @Test func `only a device has it`() {
        let found = problems(of: withCamera("    v4l2: {size: 640x480}\n"))
        #expect(found.count == 1 && found[0].contains("Only a device"), "\(found)")
    }

    @Test func `a device's path is whole, and it has no password`() {
        let relative = problems(of: "cameras:\n  - {id: a, source: v4l2:video0}\n")
        #expect(relative.count == 1 && relative[0].contains("begins with `/`"), "\(relative)")
        let login = problems(of: camera("    credentials: x\n"))
        #expect(login.count == 1 && login[0].contains("delete `credentials`"), "\(login)")
    }

    @Test func `what is asked of the device is no part of what is detected`() throws {
        let plain = try configuration(camera("")).cameras[0].canonicalText
        #expect(try configuration(camera("    v4l2: {size: 640x480}\n")).cameras[0].canonicalText == plain)
    }
}
