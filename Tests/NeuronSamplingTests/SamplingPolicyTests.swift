import NeuronCore
import NeuronSampling
import Testing

@Suite struct SamplingPolicyTests {
    private func packet(_ milliseconds: Int64, key: Bool = false, intra: Bool = false) -> PacketFacts {
        PacketFacts(time: .zero + .milliseconds(milliseconds), isKeyframe: key, byteCount: 1000, isIntraOnly: intra)
    }

    private func looks(_ mode: SamplingMode, at times: [Int64]) -> [Int64] {
        var policy = SamplingPolicy(mode: mode)
        return times.filter { policy.wantsLook(at: .zero + .milliseconds($0)) }
    }

    @Test func `always decodes every packet and looks at every picture`() {
        var policy = SamplingPolicy(mode: .always)
        let decisions = (0..<10).map { policy.decide(packet($0 * 40, key: $0 == 0)) }
        #expect(decisions.allSatisfy { $0 == .decode })
        #expect(looks(.always, at: [0, 1, 2, 3]) == [0, 1, 2, 3])
    }

    @Test func `keyframes decodes keyframes alone and leaves the rest`() {
        var policy = SamplingPolicy(mode: .keyframes)
        let decisions = [policy.decide(packet(0, key: true)), policy.decide(packet(40))]
        #expect(decisions == [.decodeAlone, .leave])
    }

    @Test(arguments: [SamplingMode.always, .adaptive, .interval(.milliseconds(200))])
    func `a fall-back leaves all but keyframes, and ends with a keyframe`(mode: SamplingMode) {
        var policy = SamplingPolicy(mode: mode)
        let before = (0..<3).map { policy.decide(packet($0 * 40, key: $0 == 0)) }
        policy.degrade()
        let during = (3..<100).map { policy.decide(packet($0 * 40, key: $0 % 25 == 0)) }
        policy.restore()
        let after = (100..<130).map { policy.decide(packet($0 * 40, key: $0 == 110)) }
        #expect(before == [.decode, .decode, .decode])
        #expect(during.count { $0 == .decodeAlone } == 3 && during.count { $0 == .leave } == 94)
        #expect(after[..<10].allSatisfy { $0 == .leave })
        #expect(after[10...].allSatisfy { $0 == .decode })
        #expect(!policy.isDegraded)
    }

    @Test(arguments: [false, true]) func `a stream that breaks off changes nothing about a fall-back or its end`(
        isOver: Bool
    ) {
        var policy = SamplingPolicy(mode: .adaptive)
        _ = policy.decide(packet(0, key: true))
        policy.degrade()
        if isOver { policy.restore() }
        policy.restart()
        let decisions = (0..<60).map { policy.decide(packet($0 * 40, key: $0 % 50 == 0)) }
        #expect(decisions.count { $0 == .decode } == (isOver ? 60 : 0))
        #expect(policy.isDegraded != isOver)
    }

    @Test func `a camera of keyframes alone is looked at twice a second in a fall-back`() {
        var policy = SamplingPolicy(mode: .always)
        policy.degrade()
        let decisions = (0..<250).map { policy.decide(packet($0 * 40, key: true, intra: true)) }
        #expect((19...21).contains(decisions.count { $0 == .decodeAlone }))
        #expect(decisions.allSatisfy { $0 == .decodeAlone || $0 == .leave })
    }

    @Test(arguments: [SamplingMode.always, .adaptive, .interval(.milliseconds(200))])
    func `a stream without keyframes is decoded whole in a fall-back, which ends without one`(mode: SamplingMode) {
        var policy = SamplingPolicy(mode: mode)
        for index in 0..<500 { _ = policy.decide(packet(Int64(index) * 40, key: index == 0)) }
        policy.degrade()
        let during = (500..<1000).map { policy.decide(packet($0 * 40)) }
        #expect(during.allSatisfy { $0 == .decode } && policy.isDegraded)
        policy.restore()
        let after = policy.decide(packet(40_000))
        #expect(after == .decode && !policy.isDegraded)
    }

    @Test func `where keyframes stay away a fall-back waits for the next one, and for a minute at most`() {
        var policy = SamplingPolicy(mode: .always)
        _ = policy.decide(packet(0, key: true))
        policy.degrade()
        let without = (1..<2000).map { policy.decide(packet($0 * 40)) }
        #expect(without[..<1500].allSatisfy { $0 == .leave } && without[1500...].allSatisfy { $0 == .decode })
        let again = (2000..<2100).map { policy.decide(packet($0 * 40, key: $0 % 50 == 0)) }
        #expect(again[..<50].allSatisfy { $0 == .decode })
        #expect(again[50] == .decodeAlone && again[51...].allSatisfy { $0 == .leave })
    }

    @Test func `keyframes that somebody left out are not held against the stream`() {
        var policy = SamplingPolicy(mode: .keyframes)
        var decisions: [PacketDecision] = []
        for start in stride(from: Int64(0), to: 200_000, by: 20_000) {
            policy.noteGap()
            decisions += (0..<5).map { policy.decide(packet(start + $0 * 40, key: $0 == 0)) }
        }
        #expect(decisions.count { $0 == .decodeAlone } == 10 && decisions.count { $0 == .leave } == 40)
    }

    @Test func `a fall-back that is to end does so at last without a keyframe`() {
        var policy = SamplingPolicy(mode: .always)
        _ = policy.decide(packet(0, key: true))
        policy.degrade()
        policy.restore()
        let decisions = (1..<1600).map { policy.decide(packet($0 * 40)) }
        #expect(decisions[..<1500].allSatisfy { $0 == .leave } && decisions[1500...].allSatisfy { $0 == .decode })
        #expect(!policy.isDegraded)
    }

    @Test(arguments: [false, true])
    func `what is decoded in its order goes on being where keyframes prove to lie too far apart`(isEnding: Bool) {
        var policy = SamplingPolicy(mode: .always)
        for index in 0..<300 { _ = policy.decide(packet(Int64(index) * 40, key: index == 0)) }
        policy.degrade()
        if isEnding { policy.restore() }
        let decisions = (300..<1000).map { policy.decide(packet($0 * 40, key: $0 % 750 == 0)) }
        #expect(decisions.allSatisfy { $0 == .decode })
    }

    @Test func `the keyframes mode decodes a stream whose keyframes lie too far apart, from the second on`() {
        var policy = SamplingPolicy(mode: .keyframes)
        let decisions = (0..<1600).map { policy.decide(packet($0 * 40, key: $0 % 750 == 0)) }
        #expect(decisions[0] == .decodeAlone && decisions[1..<750].allSatisfy { $0 == .leave })
        #expect(decisions[750...].allSatisfy { $0 == .decode })
    }

    @Test func `what the box has left out is not held against the camera's keyframes`() {
        var policy = SamplingPolicy(mode: .adaptive(maxBlind: .seconds(2), ringBytes: 1 << 20))
        var decisions: [Int: PacketDecision] = [:]
        for index in Array(0..<250) + Array(400..<700) {
            if index == 400 { policy.noteGap() }
            let facts = packet(Int64(index) * 40, key: index % 50 == 0)
            let decision = policy.decide(facts)
            decisions[index] = decision
            // Something moves up to the gap.
            let look = Look(time: facts.time, isBusy: index < 250, isSuspicious: false, wantsGlance: false)
            if decision == .tryAlone { _ = policy.judge(look) }
            if decision != .leave { policy.note(look) }
        }
        // A group that seemed to last eight seconds would be followed for four groups more.
        #expect((400...550).contains { decisions[$0] == .leave })
    }

    @Test func `a rate looks at that many pictures and decodes what they need`() throws {
        let mode = try #require(SamplingMode(picturesPerSecond: 5))
        #expect(looks(mode, at: Array(stride(from: 0, to: 1000, by: 40))) == [0, 200, 400, 600, 800])
        var policy = SamplingPolicy(mode: mode)
        let decision = policy.decide(packet(40))
        #expect(decision == .decode)
    }

    @Test func `a rate is kept on average under jitter`() throws {
        let mode = try #require(SamplingMode(picturesPerSecond: 5))
        var state: UInt64 = 7
        let times = (0..<2500).map { index -> Int64 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(index) * 40 + Int64(state >> 60)
        }
        #expect((498...502).contains(looks(mode, at: times).count))
    }

    @Test func `a rate above the camera's own looks at every picture`() throws {
        let mode = try #require(SamplingMode(picturesPerSecond: 50))
        #expect(looks(mode, at: Array(stride(from: 0, to: 1000, by: 40))).count == 25)
    }

    @Test func `a gap is not made up for`() throws {
        let mode = try #require(SamplingMode(picturesPerSecond: 5))
        #expect(looks(mode, at: [0, 200, 10_000, 10_040, 10_080, 10_200]) == [0, 200, 10_000, 10_200])
    }

    @Test func `times at the end of what 64 bits hold are only times`() throws {
        let mode = try #require(SamplingMode(picturesPerSecond: 5))
        var policy = SamplingPolicy(mode: mode)
        let looks = [Int64.max - 1, .max, .min, .min + 1].map { policy.wantsLook(at: MediaTime(nanoseconds: $0)) }
        #expect(looks[0])
    }

    @Test func `pictures that stand alone are left out before they are decoded`() throws {
        var policy = SamplingPolicy(mode: try #require(SamplingMode(picturesPerSecond: 5)))
        var decoded: [Int64] = []
        for time in stride(from: Int64(0), to: 1000, by: 40) {
            guard policy.decide(packet(time, key: true, intra: true)) == .decodeAlone else { continue }
            decoded.append(time)
            let isLookedAt = policy.wantsLook(at: .zero + .milliseconds(time))
            #expect(isLookedAt)
        }
        #expect(decoded == [0, 200, 400, 600, 800])
    }

    @Test(arguments: [
        ("always", "always"), ("keyframes", "keyframes"), ("fps:5", "fps:5.0"), ("fps:0.5", "fps:0.5"),
        ("fps:0.1", "fps:0.1"), ("fps:120", "fps:120.0"),
        ("fps: 5", "fps:5.0"), ("auto", "auto"),
    ])
    func `a mode is read from its text`(text: String, printed: String) {
        #expect(SamplingMode(text)?.description == printed)
    }

    @Test(arguments: ["", "fps", "fps:", "fps:0", "fps:0.09", "fps:-1", "fps:nan", "fps:121", "Always", "fps 5"])
    func `a text that is no mode is refused`(text: String) {
        #expect(SamplingMode(text) == nil)
    }
}
