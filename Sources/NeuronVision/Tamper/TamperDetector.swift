package import NeuronCore

/// Finds out whether a camera's picture was taken from it: covered, turned away, blinded, defocused, frozen.
///
/// It looks at the motion detector's shrunk picture two or three times a second. What it remembers of a scene is where
/// edges are and which side of each is the brighter one, how much fine detail there is, and how bright it is; all of it
/// follows slow changes within minutes. Integer arithmetic on media time; nothing is allocated once it runs.
package struct TamperDetector: Sendable {
    /// Goes into each alert; changes with every change of what is found.
    package static let version = "tamper-1"

    package let settings: TamperSettings
    private let kernels: VisionKernels
    private let geometry: AnalysisGeometry
    // The rest is shared with the judges in another file.
    let matchLimit: Int
    var cells: CellStructure
    var fine: StructureMemory
    var coarse: StructureMemory
    var detail: DetailMemory
    var brightness: BrightnessMemory
    var stillness: StillnessWatch
    private var light: LightWatch
    /// In the order of `TamperMode.allCases`.
    var readings: [TamperReading]
    /// Looks from which the present scene was learnt.
    var looks = 0
    /// The time since the scene was last learnt.
    var unlearnt = TimeSpan.zero
    private var lastLook: MediaTime?
    private var isGateShut = false

    /// Looks are at least this far apart: tampering lasts, and the motion detector has the time.
    private static let pace = TimeSpan.milliseconds(390)
    /// A longer gap counts as this one.
    private static let longestStep = TimeSpan.seconds(10)
    /// Makes a detector for pictures of one size.
    ///
    /// - Parameters:
    ///   - settings: its limits and masks.
    ///   - geometry: the motion detector's, whose shrunk pictures it is shown.
    ///   - target: the instruction set to use.
    package init(settings: TamperSettings, geometry: AnalysisGeometry, target: KernelTarget = .best) {
        self.settings = settings
        self.geometry = geometry
        kernels = VisionKernels(target: target)
        matchLimit = Int((settings.minimumMatch * 1000).rounded())
        cells = CellStructure(geometry: geometry, masks: settings.masks)
        fine = StructureMemory(patches: cells.counted.count, samples: CellStructure.samples)
        coarse = StructureMemory(patches: cells.blocks.count, samples: 4 * CellStructure.samples)
        detail = DetailMemory(cells: cells.counted.count)
        brightness = BrightnessMemory(darkLevel: settings.darkLevel)
        stillness = StillnessWatch(cells: cells)
        light = LightWatch(cells: cells)
        readings = TamperMode.allCases.map(TamperDetector.unjudged)
    }

    /// The stream broke off: pictures before and after are not compared with each other, but the scene stays the same one, so
    /// that a camera that was turned away meanwhile is found.
    package mutating func settle() {
        stillness.settle()
        light.settle()
        lastLook = nil
    }

    /// Takes what the picture has become in this way for the scene from now on.
    package mutating func accept(_ mode: TamperMode) {
        switch mode {
        case .imageTooDark, .imageTooBright: brightness.accept()
        case .imageTooBlurry: detail.forget()
        case .globalSceneChange:
            fine.forget()
            coarse.forget()
            detail.forget()
            light.settle()
            looks = 0
        case .frozenPicture: break
        }
    }

    /// Whether pictures that are close to each other would tell more than single ones.
    package var wantsCloserLook: Bool { stillness.wantsCloserLook }

    /// Takes the next picture.
    ///
    /// - Parameters:
    ///   - picture: the motion detector's shrunk picture.
    ///   - time: its media time.
    ///   - isLightChange: whether the motion detector held this picture for a change of the scene's light.
    /// - Returns: what was seen; nil where it is too early for another look.
    package mutating func observe(
        _ picture: Plane<UInt8>,
        at time: MediaTime,
        isLightChange: Bool
    ) -> TamperObservation? {
        guard picture.width == geometry.width, picture.height == geometry.height else { return nil }
        isGateShut = isGateShut || isLightChange
        if let lastLook, time - lastLook < Self.pace {
            guard stillness.learns(at: time) else { return nil }
            cells.read(picture, kernels: kernels)
            stillness.look(cells, at: time)
            return nil
        }
        let step = min(lastLook.map { time - $0 } ?? .zero, Self.longestStep)
        lastLook = time
        cells.read(picture, kernels: kernels)
        brightness.measure(cells)
        detail.measureNoise(cells)
        stillness.look(cells, at: time)
        let isBlind = judgeBrightness(step: step)
        let scene = judgeScene(isBlind: isBlind, step: step)
        judgeStillness(isScene: !isBlind && scene != .present)
        let change = light.look(
            cells,
            level: brightness.meanLevel,
            isGateShut: isGateShut,
            isScene: scene == .absent || scene == .unjudged,
            at: time,
            step: step
        )
        isGateShut = false
        return TamperObservation(time: time, readings: readings, lightChange: change)
    }
}
