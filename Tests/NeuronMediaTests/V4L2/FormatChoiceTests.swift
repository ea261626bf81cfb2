import NeuronCore
import Testing

@testable import NeuronMedia

@Suite struct FormatChoiceTests {
    private func offer(_ code: StaticString, _ sizes: [(String, [Int])], isConverted: Bool = false) -> CaptureOffer {
        CaptureOffer(
            code: PixelCode(code),
            name: "",
            isConverted: isConverted,
            sizes: sizes.map { size, rates in
                CaptureOffer.Size(self.size(size), rates: rates.compactMap { Ratio($0, 1) })
            }
        )
    }

    private func size(_ text: String) -> FrameSize {
        let edges = text.split(separator: "x").compactMap { Int($0) }
        return FrameSize(width: edges[0], height: edges[1])
    }

    /// What a webcam on USB 2 has: uncompressed pictures only where the bus has room for them.
    private var webcam: [CaptureOffer] {
        [
            offer("YUYV", [("640x480", [30, 15]), ("1280x720", [10, 5]), ("1920x1080", [5])]),
            offer("MJPG", [("640x480", [60, 30]), ("1280x720", [30, 15]), ("1920x1080", [30])]),
        ]
    }

    private func text(_ choice: FormatChoice) -> String {
        "\(choice.format) \(choice.size) \(choice.rate?.description ?? "?")"
    }

    @Test(arguments: [
        (CaptureWish(), "mjpeg 1280x720 15"),
        (CaptureWish(framesPerSecond: 10), "yuyv 1280x720 10"),
        (CaptureWish(framesPerSecond: 3), "yuyv 1280x720 5"),
        (CaptureWish(size: FrameSize(width: 640, height: 480)), "yuyv 640x480 15"),
        (CaptureWish(size: FrameSize(width: 640, height: 480), framesPerSecond: 50), "mjpeg 640x480 60"),
        (CaptureWish(size: FrameSize(width: 4000, height: 3000)), "mjpeg 1920x1080 30"),
        (CaptureWish(format: .yuyv), "yuyv 1280x720 10"),
        (CaptureWish(format: .yuyv, size: FrameSize(width: 1920, height: 1080)), "yuyv 1920x1080 5"),
        (CaptureWish(format: .mjpeg, framesPerSecond: 120), "mjpeg 1280x720 30"),
    ])
    func `size counts before rate, and rate before cost`(wish: CaptureWish, expected: String) throws {
        #expect(text(try FormatChoice(of: wish, among: webcam)) == expected)
    }

    @Test func `nothing to say is said where the wish is met`() throws {
        let wish = CaptureWish(format: .mjpeg, size: FrameSize(width: 1280, height: 720), framesPerSecond: 15)
        #expect(try FormatChoice(of: wish, among: webcam).reasons == [])
        #expect(try FormatChoice(of: CaptureWish(), among: webcam).reasons == [])
    }

    @Test func `what differs from the wish is said`() throws {
        let wish = CaptureWish(format: .yuyv, size: FrameSize(width: 800, height: 600), framesPerSecond: 60)
        let choice = try FormatChoice(of: wish, among: webcam)
        #expect(text(choice) == "yuyv 640x480 30")
        #expect(
            choice.reasons == [
                "800x600 is not offered; 640x480 is nearest.", "60 pictures a second are not offered; 30 are.",
            ]
        )
    }

    @Test func `a large picture that hardly ever comes is passed over unless it is asked for`() throws {
        let slow = [offer("YUYV", [("640x480", [30]), ("1280x720", [2])])]
        #expect(text(try FormatChoice(of: CaptureWish(), among: slow)) == "yuyv 640x480 30")
        #expect(text(try FormatChoice(of: CaptureWish(framesPerSecond: 1), among: slow)) == "yuyv 1280x720 2")
        let wish = CaptureWish(size: FrameSize(width: 1280, height: 720))
        #expect(text(try FormatChoice(of: wish, among: slow)) == "yuyv 1280x720 2")
    }

    @Test func `of equals the one whose brightness lies ready is taken, and colour before grey`() throws {
        let codes: [StaticString] = ["GREY", "H264", "MJPG", "UYVY", "YUYV", "YU12", "NV12"]
        var offers = codes.map { offer($0, [("640x480", [30])]) }
        var found: [String] = []
        while let choice = try? FormatChoice(of: CaptureWish(), among: offers) {
            found.append(choice.code.description)
            offers.removeAll { $0.code == choice.code }
        }
        #expect(found == ["NV12", "YU12", "YUYV", "UYVY", "MJPG", "H264", "GREY"])
    }

    @Test func `a format that libv4l2 makes is the last resort`() throws {
        let offers = [
            offer("BA81", [("640x480", [30])]), offer("YU12", [("640x480", [30])], isConverted: true),
        ]
        let choice = try FormatChoice(of: CaptureWish(), among: offers)
        #expect(choice.isConverted && choice.format == .yu12)
        #expect(choice.reasons == ["libv4l2 makes YU12 of what the device sends."])
        let own = offers + [offer("GREY", [("160x120", [5])])]
        #expect(try FormatChoice(of: CaptureWish(), among: own).format == .grey)
    }

    @Test func `what is not there is refused with what is`() {
        let wish = CaptureWish(format: .h264)
        let error = #expect(throws: FormatChoice.Refusal.self) { try FormatChoice(of: wish, among: webcam) }
        #expect(error?.reason == "it does not send h264 (H264): it offers YUYV, MJPG")
        let nothing = #expect(throws: FormatChoice.Refusal.self) { try FormatChoice(of: CaptureWish(), among: []) }
        #expect(nothing?.reason.hasSuffix("it offers none") == true)
    }

    @Test func `sizes that no decoder takes are passed over`() {
        let absurd = [offer("GREY", [("100000x100000", [30]), ("0x0", [30])])]
        #expect(throws: FormatChoice.Refusal.self) { try FormatChoice(of: CaptureWish(), among: absurd) }
    }

    @Test func `a device that does not tell its rates is asked all the same`() throws {
        let offers = [offer("GREY", [("640x480", [])])]
        let choice = try FormatChoice(of: CaptureWish(framesPerSecond: 10), among: offers)
        #expect(choice.rate == nil)
        #expect(choice.reasons == ["The device does not say how many pictures a second it sends."])
    }

    @Test(arguments: [(12.5, "12500/1000"), (15, "15"), (100, "60"), (0.5, "1")])
    func `between two ends every rate can be had`(wished: Double, expected: String) throws {
        let size = CaptureOffer.Size(
            FrameSize(width: 640, height: 480),
            rates: [Ratio(1, 1), Ratio(60, 1)].compactMap(\.self),
            isAnyRateBetween: true
        )
        let offers = [CaptureOffer(code: PixelCode("GREY"), name: "", sizes: [size])]
        let choice = try FormatChoice(of: CaptureWish(framesPerSecond: wished), among: offers)
        #expect(choice.rate?.description == expected)
    }

    @Test func `of a range of sizes the nearest step is taken`() {
        let range = CaptureOffer.Range(
            smallest: FrameSize(width: 48, height: 32),
            largest: FrameSize(width: 1920, height: 1080),
            step: FrameSize(width: 16, height: 0)
        )
        #expect(range.nearest(to: FrameSize(width: 1280, height: 720)) == FrameSize(width: 1280, height: 720))
        #expect(range.nearest(to: FrameSize(width: 1000, height: 5000)) == FrameSize(width: 992, height: 1080))
        #expect(range.nearest(to: FrameSize(width: 1, height: 1)) == FrameSize(width: 48, height: 32))
    }

    @Test func `a code prints as its characters`() {
        #expect(PixelCode("GREY").description == "GREY" && PixelCode("Y16 ").description == "Y16")
        #expect(PixelCode(rawValue: PixelCode("Y16 ").rawValue | 1 << 31).description == "Y16-BE")
        #expect(PixelCode(rawValue: 0x1B).description == "????")
    }
}
