import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite struct MotionPresetTests {
    @Test func `a preset sets its values and keys beside it change them`() throws {
        let motion = try configuration(withCamera("    motion: {eventGap: 9s, preset: foliage}\n")).cameras[0].motion
        #expect(motion.minimumDuration == .seconds(1))
        #expect(motion.sensitivity == Sensitivity(level: 4))
        #expect(motion.eventGap == .seconds(9))
    }

    @Test func `a camera's preset comes before the file's keys, and a zone's before its camera's`() throws {
        let text = """
            motion: {minimumDuration: 3s, sensitivity: 9}
            cameras:
              - id: gate
                source: rtsp://h/s
                motion: {preset: street}
                zones:
                  - {name: fence, preset: perimeter, polygon: [[0, 0], [1, 0], [1, 1]]}
                  - {name: road, polygon: [[0, 0], [1, 0], [1, 1]]}
            """
        let camera = try configuration(text).cameras[0]
        #expect(camera.motion.minimumDuration == .milliseconds(500))
        #expect(camera.zones[0].sensitivity == Sensitivity(level: 7))
        #expect(camera.zones[1].minimumArea == camera.motion.minimumArea)
    }

    @Test func `a preset and its values written out have the same configuration hash`() throws {
        let values = "    motion: {sensitivity: 4, minimumArea: 0.0003, minimumDuration: 1s, eventGap: 3s}\n"
        let named = try configuration(withCamera("    motion: {preset: foliage}\n"))
        #expect(try named.cameras[0].canonicalText == configuration(withCamera(values)).cameras[0].canonicalText)
    }

    @Test func `the standard preset is what holds without one`() throws {
        let named = try configuration(withCamera("    motion: {preset: standard}\n"))
        #expect(try named == configuration(withCamera("")))
    }

    @Test func `an unknown preset is named with its place and the known ones`() {
        let text = withCamera("    motion: {preset: stret}\n")
        let problem = #expect(throws: ConfigurationProblems.self) { try configuration(text) }
        #expect(problem?.description.contains("Did you mean `street`?") == true)
    }

    @Test func `the night has its own limits, a zone's before its camera's`() throws {
        let text = """
            cameras:
              - id: gate
                source: rtsp://h/s
                motion: {night: {sensitivity: low, minimumDuration: 2s}}
                zones:
                  - {name: a, polygon: [[0, 0], [1, 0], [1, 1]], night: {sensitivity: 9}}
                  - {name: b, polygon: [[0, 0], [1, 0], [1, 1]]}
            """
        let zones = try configuration(text).cameras[0].zones
        #expect(zones[0].night.sensitivity == Sensitivity(level: 9))
        #expect(zones[0].night.minimumDuration == .seconds(2))
        #expect(zones[1].night == NightConfiguration(sensitivity: .low, minimumDuration: .seconds(2)))
    }
}
