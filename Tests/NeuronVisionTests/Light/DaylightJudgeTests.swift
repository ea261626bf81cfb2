import NeuronCore
import NeuronVision
import Testing

@Suite struct DaylightJudgeTests {
    /// Judges one tone a second and writes down the verdicts: `d` or `n`.
    private func verdicts(_ tones: [DaylightJudge.Tone]) -> String {
        var judge = DaylightJudge()
        return tones.enumerated().map { index, tone in
            judge.judge(tone, at: .zero + .seconds(Int64(index))) == .day ? "d" : "n"
        }.joined()
    }

    private func tone(_ brightness: Int, noise: Int = 16, colour: Int?) -> DaylightJudge.Tone {
        DaylightJudge.Tone(brightness: brightness, noise: noise, colourSpread: colour)
    }

    @Test func `a picture that loses its colours for five seconds shows the night`() {
        let day = Array(repeating: tone(120, colour: 90), count: 3)
        let infrared = Array(repeating: tone(110, colour: 2), count: 7)
        #expect(verdicts(day + infrared) == "dddddddd" + "nn")
    }

    @Test func `a camera that never shows colours is in the night where it is dark`() {
        let (grey, dark) = (tone(120, colour: 0), tone(50, colour: 0))
        #expect(verdicts(Array(repeating: grey, count: 8)) == "dddddddd")
        #expect(verdicts([grey] + Array(repeating: dark, count: 7)) == "dddddd" + "nn")
        #expect(verdicts([tone(50, colour: nil)]) == "n")
    }

    @Test func `a dark picture with colours is the night where it is noisy, or nearly black`() {
        #expect(verdicts([tone(50, noise: 16, colour: 40)]) == "d")
        #expect(verdicts([tone(50, noise: 48, colour: 40)]) == "n")
        #expect(verdicts([tone(20, noise: 16, colour: 40)]) == "n")
    }

    @Test func `a lorry in front of the lens for four seconds changes nothing`() {
        let day = Array(repeating: tone(120, colour: 90), count: 3)
        let lorry = Array(repeating: tone(30, colour: 1), count: 4)
        #expect(verdicts(day + lorry + day) == String(repeating: "d", count: 10))
    }

    @Test func `a verdict does not swing at dusk`() {
        let dusk = (0..<40).map { tone(60 + ($0 % 2) * 8, noise: 36, colour: 20 + ($0 % 3) * 4) }
        #expect(verdicts([tone(120, colour: 90)] + dusk) == String(repeating: "d", count: 41))
    }

    @Test func `the morning brings the day back`() {
        let night = Array(repeating: tone(30, noise: 60, colour: 1), count: 3)
        let morning = Array(repeating: tone(90, colour: 60), count: 7)
        #expect(verdicts(night + morning) == "nnn" + "nnnnn" + "dd")
    }
}
