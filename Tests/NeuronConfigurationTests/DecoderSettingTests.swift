import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct DecoderSettingTests {
    @Test func `a camera has the file's decoder unless it has its own`() throws {
        let read = try configuration(
            """
            decoder: {use: vaapi, device: /dev/dri/renderD129}
            cameras:
              - {id: a, source: a.mp4}
              - {id: b, source: b.mp4, decoder: software}
              - {id: c, source: c.mp4, decoder: v4l2m2m}
            """
        )
        #expect(read.cameras[0].decoder == DecoderConfiguration(use: .vaapi, device: "/dev/dri/renderD129"))
        #expect(read.cameras[1].decoder == DecoderConfiguration())
        #expect(read.cameras[2].decoder == DecoderConfiguration(use: .v4l2m2m))
    }

    @Test func `without a word software decodes`() throws {
        #expect(try configuration(withCamera("")).cameras[0].decoder.use == .software)
    }

    @Test(arguments: [
        ("vaap", "Did you mean `vaapi`?"), ("cuda", "isn't known here"), ("{use: vaapi}", "`device` is missing"),
        ("{device: /dev/dri/renderD128}", "`use` is missing"), ("{use: auto, device: /dev/dri/renderD128}", "Only"),
        ("{use: vaapi, device: renderD128}", "path of a device"), ("{use: drm, node: /dev/dri/card0}", "no `node`"),
    ])
    func `what makes no sense is refused`(setting: String, part: String) {
        let found = problems(of: withCamera("    decoder: \(setting)\n"))
        #expect(found.count >= 1 && found.allSatisfy { $0.contains("cameras[0].decoder") }, "\(found)")
        #expect(found.contains { $0.contains(part) }, "\(found)")
    }

    @Test func `what decodes is no part of what is detected`() throws {
        let plain = try configuration(withCamera("")).cameras[0]
        #expect(try configuration(withCamera("    decoder: auto\n")).cameras[0].canonicalText == plain.canonicalText)
    }
}
