import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct TamperSectionTests {
    @Test func `tampering is inherited key by key`() throws {
        let read = try configuration(
            """
            tamper: {holdOff: 20s, modes: [FrozenPicture, ImageTooDark]}
            cameras:
              - {id: a, source: a.mp4}
              - {id: b, source: b.mp4, tamper: {holdOff: 5s, minimumMatch: 20%}}
            """
        )
        let modes = [TamperMode.imageTooDark, .frozenPicture]
        #expect(read.cameras[0].tamper == TamperConfiguration(modes: modes, holdOff: .seconds(20)))
        #expect(
            read.cameras[1].tamper == TamperConfiguration(modes: modes, holdOff: .seconds(5), minimumMatch: 0.2)
        )
    }

    @Test(arguments: [
        ("modes: []", "at least one mode"), ("modes: [Tilt]", "isn't known here"), ("modes: Tilt", "should be a list"),
        ("modes: [ImageTooDark, ImageTooDark]", "stands here twice"), ("holdOff: 0s", "1s"),
        ("darkLevel: 12", "17 to 128"), ("minimumMatch: 0", "above 0"), ("mode: [ImageTooDark]", "`modes`"),
    ])
    func `what makes no sense is refused`(setting: String, part: String) {
        let found = problems(of: withCamera("    tamper: {\(setting)}\n"))
        #expect(found.count == 1 && found[0].contains("cameras[0].tamper"), "\(found)")
        #expect(found.first?.contains(part) == true, "\(found)")
    }

    @Test func `tampering can be looked for where motion is not told`() {
        #expect(problems(of: withCamera("    motion: {enabled: false}\n    tamper: {holdOff: 5s}\n")).isEmpty)
    }
}
