import NeuronCore

/// What each mode makes of a look: its limits, and what must hold for it to be asked at all.
extension TamperDetector {
    /// Limits, in 1/1000 unless said otherwise; a mode is over where its second limit is passed.
    private enum Limit {
        static let dark = 950
        static let darkEnds = 900
        /// In levels: less is night falling.
        static let fall = 32
        static let burnt = 800
        static let burntEnds = 600
        static let burntRise = 300
        static let soft = 700
        static let softEnds = 450
        /// The coarse structure has to match by less than this above the limit of the fine one.
        static let coarseMargin = 100
        /// How much better than its limit a match must be before the scene is back.
        static let matchMargin = 150
        /// The part of what is known that must be visible in the present light.
        static let visible = 300
    }

    /// What a comparison needs before it tells anything; until then whatever passes is learnt, and outweighed later.
    private enum Least {
        static let age = TimeSpan.seconds(10)
        static let looks = 20
        static let fineEdges = 36
        static let coarseEdges = 12
        static let detailedCells = 12
    }

    /// A scene that is known is learnt no more often: it takes minutes to change.
    private static let learningPace = TimeSpan.milliseconds(950)

    /// A measured value and its limit, and how many of its units are one of the gate's.
    private struct Gate {
        var value: Int
        var limit: Int
        var unit = 1000

        var isPassed: Bool { value >= limit }
    }

    /// The reading of a mode of which nothing is known yet.
    static func unjudged(_ mode: TamperMode) -> TamperReading {
        let names =
            switch mode {
            case .imageTooDark: ["darkArea", "fall"]
            case .imageTooBright: ["burntArea", "rise"]
            case .imageTooBlurry: ["softArea", "coarseMatch"]
            case .globalSceneChange: ["fineMismatch", "coarseMismatch"]
            case .frozenPicture: ["stillSeconds", "equalLooks"]
            }
        let gates = names.map { GateReading(gate: $0, value: 0, limit: 1) }
        return TamperReading(mode: mode, verdict: .unjudged, score: 0, limit: 1, gates: gates)
    }

    /// Judges darkness and glare, and learns the brightness where there is neither.
    ///
    /// - Returns: whether so little can be seen that nothing else can be judged.
    mutating func judgeBrightness(step: TimeSpan) -> Bool {
        let dark = Gate(value: brightness.darkShare, limit: Limit.dark)
        let fall = Gate(value: brightness.fall, limit: Limit.fall, unit: 1)
        let burnt = Gate(value: brightness.burntShare, limit: Limit.burnt)
        let rise = Gate(value: brightness.burntRise, limit: Limit.burntRise)
        let isKnown = brightness.isKnown
        let darkness = TamperDetector.verdict(
            isJudged: isKnown,
            isPresent: dark.isPassed && fall.isPassed,
            isAbsent: dark.value < Limit.darkEnds || fall.value < Limit.fall / 2
        )
        let glare = TamperDetector.verdict(
            isJudged: isKnown,
            isPresent: burnt.isPassed && rise.isPassed,
            isAbsent: burnt.value < Limit.burntEnds || rise.value < Limit.burntRise / 2
        )
        report(.imageTooDark, darkness, score: dark, dark, fall)
        report(.imageTooBright, glare, score: burnt, burnt, rise)
        if darkness != .present, glare != .present { brightness.learn(step: step) }
        return dark.isPassed || burnt.isPassed
    }

    /// Judges whether the scene is the remembered one and in focus, and learns it where it is.
    ///
    /// - Returns: the verdict on the scene.
    mutating func judgeScene(isBlind: Bool, step: TimeSpan) -> TamperReading.Verdict {
        let cells = cells
        let fine = fine.compare { cells.quarters(of: Int(cells.counted[$0])) }
        let coarse = coarse.compare { cells.cells(ofBlock: Int(cells.blocks[$0])) }
        let isJudged =
            !isBlind && isSceneKnown && Self.isVisible(fine, Least.fineEdges)
            && Self.isVisible(coarse, Least.coarseEdges)
        let coarseLimit = matchLimit + Limit.coarseMargin
        let scene = TamperDetector.verdict(
            isJudged: isJudged,
            isPresent: fine.match <= matchLimit && coarse.match <= coarseLimit,
            isAbsent: fine.match >= matchLimit + Limit.matchMargin || coarse.match >= coarseLimit + Limit.matchMargin
        )
        let mismatch = Gate(value: 1000 - fine.match, limit: 1000 - matchLimit)
        report(
            .globalSceneChange,
            scene,
            score: mismatch,
            mismatch,
            Gate(value: 1000 - coarse.match, limit: 1000 - coarseLimit)
        )
        let score = detail.compare(cells, contrast: coarse.contrast)
        let soft = Gate(value: score.share, limit: Limit.soft)
        let hasDetail = score.expected >= max(Least.detailedCells, cells.counted.count / 50)
        let blur = TamperDetector.verdict(
            isJudged: isJudged && scene != .present && hasDetail,
            isPresent: soft.isPassed,
            isAbsent: soft.value < Limit.softEnds
        )
        report(.imageTooBlurry, blur, score: soft, soft, Gate(value: coarse.match, limit: coarseLimit))
        if !isBlind, scene != .present, blur != .present { learnScene(cells, step: step) }
        return scene
    }

    /// Judges whether the picture is frozen; a dark, a burnt and a covered one may be still by nature.
    mutating func judgeStillness(isScene: Bool) {
        let index = TamperDetector.index(of: .frozenPicture)
        readings[index].since = stillness.stretch?.since
        let (still, needed) = (stillness.stretch?.duration ?? .zero, stillness.stretch?.needed ?? .seconds(1))
        let seconds = Gate(value: Int(still.milliseconds), limit: Int(needed.milliseconds))
        let score = min(seconds.value * 1000 / max(seconds.limit, 1), 1000)
        report(
            .frozenPicture,
            TamperDetector.verdict(
                isJudged: isScene,
                isPresent: stillness.stretch?.isProven ?? false,
                isAbsent: stillness.stretch == nil
            ),
            score: Gate(value: score, limit: 1000),
            seconds,
            Gate(value: stillness.stretch?.equalLooks ?? 0, limit: StillnessWatch.fewestLooks, unit: 1)
        )
    }

    private var isSceneKnown: Bool { looks >= Least.looks && fine.age >= Least.age }

    private static func isVisible(_ score: StructureMemory.Score, _ least: Int) -> Bool {
        score.expected >= least && score.expected * 1000 >= score.known * Limit.visible
    }

    private mutating func learnScene(_ cells: CellStructure, step: TimeSpan) {
        looks += 1
        unlearnt = unlearnt + step
        guard looks <= Least.looks || unlearnt >= Self.learningPace else { return }
        let step = unlearnt
        unlearnt = .zero
        fine.learn(step: step) { cells.quarters(of: Int(cells.counted[$0])) }
        coarse.learn(step: step) { cells.cells(ofBlock: Int(cells.blocks[$0])) }
        detail.learn(cells, step: step)
    }

    private static func verdict(isJudged: Bool, isPresent: Bool, isAbsent: Bool) -> TamperReading.Verdict {
        guard isJudged else { return .unjudged }
        return isPresent ? .present : isAbsent ? .absent : .unclear
    }

    private static func index(of mode: TamperMode) -> Int { TamperMode.allCases.firstIndex(of: mode) ?? 0 }

    /// Writes a reading into its place, so that nothing is allocated.
    private mutating func report(
        _ mode: TamperMode,
        _ verdict: TamperReading.Verdict,
        score: Gate,
        _ first: Gate,
        _ second: Gate
    ) {
        let index = TamperDetector.index(of: mode)
        readings[index].verdict = verdict
        readings[index].score = Double(score.value) / Double(score.unit)
        readings[index].limit = Double(score.limit) / Double(score.unit)
        readings[index].gates[0].value = Double(first.value) / Double(first.unit)
        readings[index].gates[0].limit = Double(first.limit) / Double(first.unit)
        readings[index].gates[1].value = Double(second.value) / Double(second.unit)
        readings[index].gates[1].limit = Double(second.limit) / Double(second.unit)
    }
}
