import NeuronCore
import NeuronIncidents
import NeuronTestSupport
import Testing

@Suite struct TamperIncidentTests {
    private func incident(_ mode: TamperMode = .globalSceneChange) -> TamperIncident {
        TamperIncident(mode: mode, settings: .standard)
    }

    /// What is told while a verdict holds from one second to another, two looks a second.
    private func play(
        _ incident: inout TamperIncident,
        _ verdict: TamperReading.Verdict,
        _ seconds: Range<Int64>
    ) -> [String] {
        stride(from: seconds.lowerBound * 1000, to: seconds.upperBound * 1000, by: 500).compactMap { time in
            incident.observe(.tamper(incident.mode, verdict), at: .milliseconds(time), size: .fullHD)?.word
        }
    }

    @Test func `what lasts for the hold-off is told once, with its beginning`() {
        var incident = incident()
        #expect(play(&incident, .absent, 0..<5).isEmpty)
        #expect(play(&incident, .present, 5..<15).isEmpty)
        #expect(!incident.isOpen)
        #expect(play(&incident, .present, 15..<60) == ["started 5000"])
        #expect(incident.isOpen)
    }

    @Test func `what is shorter than the hold-off is never told`() {
        var incident = incident()
        for start in stride(from: Int64(0), to: 100, by: 20) {
            #expect(play(&incident, .present, start..<start + 9).isEmpty)
            #expect(play(&incident, .absent, start + 9..<start + 20).isEmpty)
        }
    }

    @Test func `a moment's doubt does not begin the hold-off anew, and two seconds' absence does`() {
        var doubtful = incident()
        #expect(play(&doubtful, .present, 0..<5).isEmpty)
        #expect(play(&doubtful, .unclear, 5..<8).isEmpty)
        #expect(play(&doubtful, .present, 8..<12) == ["started 0"])
        var gone = incident()
        #expect(play(&gone, .present, 0..<5).isEmpty)
        #expect(play(&gone, .absent, 5..<7).isEmpty)
        #expect(play(&gone, .present, 7..<17).isEmpty)
        #expect(play(&gone, .present, 17..<18) == ["started 7000"])
    }

    @Test func `it is over when it has been absent for the quiet time, and not while that is unclear`() {
        var incident = incident()
        #expect(play(&incident, .present, 0..<20) == ["started 0"])
        #expect(play(&incident, .absent, 20..<24).isEmpty)
        #expect(play(&incident, .unclear, 24..<30).isEmpty)
        #expect(play(&incident, .absent, 30..<35).isEmpty)
        #expect(play(&incident, .absent, 35..<36) == ["ended 19500 quiet"])
        #expect(!incident.isOpen)
    }

    @Test func `what lasts is accepted, and a frozen picture never is`() {
        var moved = incident()
        #expect(play(&moved, .present, 0..<400) == ["started 0", "ended 310000 accepted", "started 310500"])
        var frozen = incident(.frozenPicture)
        #expect(play(&frozen, .present, 0..<1000) == ["started 0"])
    }

    @Test func `a few looks far apart tell it as well, and one or two do not`() {
        var incident = incident()
        func look(_ seconds: Int64) -> String? {
            incident.observe(.tamper(.imageTooDark, .present), at: .milliseconds(seconds * 1000), size: .fullHD)?.word
        }
        #expect(look(0) == nil && look(10) == nil)
        #expect(look(20) == "started 0")
    }

    @Test func `what is open is ended for a reason from outside, once`() {
        var incident = incident()
        #expect(incident.end(because: .cameraLost) == nil)
        _ = play(&incident, .present, 0..<20)
        #expect(incident.end(because: .cameraLost)?.word == "ended 19500 cameraLost")
        #expect(incident.end(because: .shutdown) == nil)
        #expect(play(&incident, .present, 20..<31) == ["started 20000"])
    }

    @Test func `a detector that dates its finding back dates the alert back`() {
        var incident = incident(.frozenPicture)
        var told: [String] = []
        for second in Int64(0)..<12 {
            let reading = TamperReading.tamper(.frozenPicture, .present, since: .zero - .seconds(3))
            told += [incident.observe(reading, at: .milliseconds(second * 1000), size: .fullHD)?.word].compactMap { $0 }
        }
        #expect(told == ["started -3000"])
    }

    @Test func `every start has its end, whatever the pictures do`() {
        var generator = SplitMix(seed: 5)
        let verdicts: [TamperReading.Verdict] = [.present, .present, .present, .present, .absent, .unclear, .unjudged]
        for _ in 0..<300 {
            var incident = TamperIncident(
                mode: .imageTooBlurry,
                settings: TamperIncident.Settings(
                    holdOff: .milliseconds(Int64(generator.next() % 3000)),
                    quietTime: .milliseconds(Int64(generator.next() % 2000)),
                    acceptAfter: .seconds(20)
                )
            )
            var (balance, time) = (0, Int64(0))
            for _ in 0..<200 {
                time += Int64(generator.next() % 900) + 1
                let verdict = verdicts[Int(generator.next() % 7)]
                switch incident.observe(.tamper(.imageTooBlurry, verdict), at: .milliseconds(time), size: .fullHD) {
                case .started: balance += 1
                case .ended: balance -= 1
                case nil: break
                }
                #expect(incident.isOpen == (balance == 1) && (balance == 0 || balance == 1))
            }
            if incident.end(because: .sourceEnded) != nil { balance -= 1 }
            #expect(balance == 0)
        }
    }
}

@Suite struct LightNotesTests {
    private func change(_ milliseconds: Int64, from: Double = 50, to: Double = 80) -> LightChange {
        LightChange(since: .zero + .milliseconds(milliseconds), levelBefore: from, levelAfter: to, areaFraction: 0.9)
    }

    @Test func `the first change is told at once`() throws {
        var notes = LightNotes()
        #expect(notes.observe(nil, at: .milliseconds(0), size: .fullHD) == nil)
        let told = notes.observe(change(1000), at: .milliseconds(3000), size: .fullHD)
        let facts = try #require(told)
        #expect(facts.isBrighter && facts.repeats == 0)
        #expect(facts.onset == .milliseconds(1000) && facts.settled == .milliseconds(3000))
    }

    @Test func `a lamp that flickers for ten minutes is a note a minute that counts the rest`() {
        var notes = LightNotes()
        var told: [LightFacts] = []
        for second in Int64(0)..<600 {
            let isChange = second % 5 == 0
            let facts = notes.observe(
                isChange ? change(second * 1000, from: 50, to: second % 10 == 0 ? 80 : 30) : nil,
                at: .milliseconds(second * 1000),
                size: .fullHD
            )
            if let facts { told.append(facts) }
        }
        #expect(told.count == 10)
        let rest = notes.finish()
        #expect((told + [rest].compactMap { $0 }).reduce(0) { $0 + 1 + $1.repeats } == 120)
        #expect(told[1].onset == .milliseconds(5000) && told[1].settled == .milliseconds(60_000))
        #expect(told[1].change.levelBefore == 50 && told[1].change.levelAfter == 80)
        #expect(notes.finish() == nil)
    }

    @Test func `a change within the minute is told when the minute is over, even if nothing else changes`() {
        var notes = LightNotes()
        #expect(notes.observe(change(0), at: .milliseconds(1000), size: .fullHD) != nil)
        #expect(notes.observe(change(10_000, from: 80, to: 20), at: .milliseconds(12_000), size: .fullHD) == nil)
        #expect(notes.observe(nil, at: .milliseconds(60_000), size: .fullHD) == nil)
        let facts = notes.observe(nil, at: .milliseconds(61_000), size: .fullHD)
        #expect(facts?.settled == .milliseconds(12_000) && facts?.isBrighter == false)
    }
}

extension TamperIncident.Settings {
    /// The configuration's defaults.
    static let standard = TamperIncident.Settings(
        holdOff: .seconds(10),
        quietTime: .seconds(5),
        acceptAfter: .seconds(300)
    )
}

extension TamperReading {
    static func tamper(_ mode: TamperMode, _ verdict: Verdict, since: MediaTime? = nil) -> TamperReading {
        TamperReading(
            mode: mode,
            verdict: verdict,
            score: verdict == .present ? 0.93 : 0.1,
            limit: 0.65,
            since: since,
            gates: [GateReading(gate: "fineMismatch", value: 0.93456, limit: 0.65)]
        )
    }
}

extension TamperTransition {
    /// The transition as a word and the media time, in milliseconds, that it tells.
    fileprivate var word: String {
        switch self {
        case .started(let facts): "started \(facts.onset.media.nanoseconds / 1_000_000)"
        case .ended(let facts, let reason): "ended \(facts.lastPresent.media.nanoseconds / 1_000_000) \(reason)"
        }
    }
}
