import Glibc
import NeuronCore
import NeuronTestSupport
import Testing

@testable import NeuronMedia

/// What is given for a camera and is none; scripts/try-v4l2 has the rest, on a real driver.
@Suite(.timeLimit(.minutes(10)))
struct V4L2DeviceTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func refusal(of path: String) -> MediaError? {
        #expect(throws: MediaError.self) { _ = try MediaSource(opening: SourceAddress("v4l2:" + path)) }
    }

    @Test func `what is no video device is named and never opened`() throws {
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let file = try folder.write([1, 2, 3], to: "plain")
        let cases = [
            (pipe, "a pipe"), (file, "a plain file"), (folder.path, "a folder"),
            ("/dev/null", "a device of another kind"),
        ]
        for (path, word) in cases {
            let error = refusal(of: path)
            #expect(error?.code == .notSupported)
            #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
            #expect(error?.description.contains("neurond devices") == true)
        }
    }

    @Test func `what is not there is not found`() {
        for path in [folder.file("nothing"), "/dev/v4l/by-id/nothing", ""] {
            let error = refusal(of: path)
            #expect(error?.code == .notFound)
            #expect(error?.description.contains("unplugged") == true)
        }
    }

    @Test func `a link that leads nowhere or in a circle is an error`() throws {
        let (dangling, circle) = (folder.file("dangling"), folder.file("circle"))
        #expect(symlink("nothing", dangling) == 0 && symlink("circle", circle) == 0)
        #expect(refusal(of: dangling)?.code == .notFound)
        #expect(refusal(of: circle)?.code == .openFailed)
    }

    @Test func `a stop before opening opens nothing`() {
        let interrupt = SourceInterrupt()
        interrupt.stop()
        let error = #expect(throws: MediaError.self) {
            _ = try MediaSource(opening: SourceAddress("/dev/video0"), interrupt: interrupt)
        }
        #expect(error?.code == .interrupted)
    }

    @Test func `a machine without video devices has none to report`() {
        #expect(DeviceDirectory(root: folder.path).reports() == [])
        #expect(DeviceDirectory(root: folder.file("nothing")).reports() == [])
    }

    @Test func `nodes are reported in the order of their numbers, with the names that lead to them`() throws {
        for name in ["video10", "video2", "videos", "video", "vbi0"] { _ = try folder.write([], to: name) }
        #expect(mkdir(folder.file("v4l"), 0o700) == 0 && mkdir(folder.file("v4l/by-id"), 0o700) == 0)
        #expect(symlink("../../video10", folder.file("v4l/by-id/usb-camera-index0")) == 0)
        #expect(symlink("../../video99", folder.file("v4l/by-id/usb-gone-index0")) == 0)
        let reports = DeviceDirectory(root: folder.path).reports()
        #expect(reports.map(\.path) == [folder.file("video2"), folder.file("video10")])
        #expect(reports[0].source == folder.file("video2") && reports[0].byID == [])
        #expect(reports[1].source == folder.file("v4l/by-id/usb-camera-index0"))
        for report in reports {
            #expect(report.kind == .unknown && report.choice == nil)
            #expect(report.problem?.contains("plain file") == true)
            #expect(report.text.contains("problem"))
        }
    }

    @Test func `a driver's text is fit for a terminal`() {
        let bytes: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (32, 67, 0x1B, 10, 32, 0, 65)
        #expect(NeuronMedia.text(bytes) == "C??")
    }

    @Test func `a report names formats, sizes, controls and the choice`() {
        let offers = [
            CaptureOffer(
                code: PixelCode("MJPG"),
                name: "Motion-JPEG",
                sizes: [
                    CaptureOffer.Size(
                        FrameSize(width: 1280, height: 720),
                        rates: [Ratio(30, 1), Ratio(15, 2)].compactMap(\.self)
                    )
                ]
            ),
            CaptureOffer(code: PixelCode("BA81"), name: "Bayer", sizes: []),
        ]
        var report = DeviceReport(path: "/dev/video0", source: "/dev/video0")
        (report.card, report.driver, report.bus, report.kind) = ("C920", "uvcvideo", "usb-1", .camera)
        report.formats = offers.map(DeviceReport.Format.init)
        report.controls = [DeviceControl(name: "brightness", minimum: 0, maximum: 255, value: 128)]
        report.choice = (try? FormatChoice(of: CaptureWish(), among: offers)).map(DeviceReport.Choice.init)
        #expect(
            report.text == """
                /dev/video0  C920 (uvcvideo, usb-1)
                  MJPG      Motion-JPEG, `mjpeg`: 1280x720 at 30, 7.5
                  others    BA81: only through libv4l2, where it can convert them
                  controls  brightness (0 to 255), is 128
                  chosen    `mjpeg` 1280x720 at 30

                """
        )
    }
}
