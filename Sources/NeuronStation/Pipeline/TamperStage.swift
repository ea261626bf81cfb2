import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronVision

/// From the motion detector's shrunk pictures to alerts of tampering and notes of light.
///
/// Used by one thread at a time, beside the motion stage, whose detector has shrunk the picture already. The detector of
/// tampering is kept across reconnects, as a camera may be turned away while its cable is pulled.
struct TamperStage {
    private let configuration: TamperConfiguration
    private let masks: [RelativePolygon]
    private let kernels: KernelTarget
    private let composer: AlertComposer
    private var detector: TamperDetector?
    private var incidents: [TamperIncident]
    private var notes = LightNotes()
    /// Alerts that were told and are not over.
    private var open: [TamperMode: String] = [:]

    init(_ plan: CameraPlan) {
        configuration = plan.camera.tamper
        masks = plan.camera.masks.map(\.polygon)
        kernels = plan.kernels
        composer = AlertComposer(identity: plan.identity)
        let settings = TamperIncident.Settings(
            holdOff: configuration.holdOff,
            quietTime: configuration.quietTime,
            acceptAfter: configuration.acceptAfter
        )
        incidents = TamperMode.allCases.map { TamperIncident(mode: $0, settings: settings) }
    }

    /// Begins with pictures of another shape: what is known of the scene belongs to the old one.
    mutating func prepare(geometry: AnalysisGeometry, orientation: PictureOrientation) {
        guard configuration.isEnabled else { return }
        let settings = TamperSettings(
            darkLevel: configuration.darkLevel,
            minimumMatch: configuration.minimumMatch,
            masks: masks.map(orientation.stored)
        )
        detector = TamperDetector(settings: settings, geometry: geometry, target: kernels)
    }

    /// The stream broke off and will go on.
    mutating func settle() { detector?.settle() }

    /// Looks at a picture that the motion detector has looked at.
    ///
    /// - Parameters:
    ///   - picture: the shrunk picture.
    ///   - now: when it was taken.
    ///   - size: the displayed picture's size.
    ///   - suppression: what kept the motion detector from believing its changes.
    /// - Returns: what is to be told.
    mutating func look(
        at picture: Plane<UInt8>,
        _ now: Moment,
        size: FrameSize,
        suppression: MotionObservation.Suppression?
    ) -> [AlertDraft] {
        let isLightChange = suppression == .lightChange
        guard let seen = detector?.observe(picture, at: now.media, isLightChange: isLightChange) else { return [] }
        var drafts: [AlertDraft] = []
        for (index, reading) in seen.readings.enumerated() {
            guard let transition = incidents[index].observe(reading, at: now, size: size) else { continue }
            if case .ended(let facts, .accepted) = transition { detector?.accept(facts.mode) }
            drafts += tell(transition)
        }
        if let facts = notes.observe(seen.lightChange, at: now, size: size) { drafts.append(composer.compose(facts)) }
        return drafts
    }

    /// The ids of the alerts that are open, in an order of their own.
    var openAlertIDs: [String] { open.values.sorted() }

    /// Whether pictures that are close to each other would tell more than single ones.
    var wantsCloserLook: Bool { detector?.wantsCloserLook ?? false }

    /// Ends every open incident.
    mutating func finish(because reason: EndReason) -> [AlertDraft] {
        let ends = incidents.indices.compactMap { incidents[$0].end(because: reason) }
        var drafts: [AlertDraft] = []
        for end in ends { drafts += tell(end) }
        return drafts + (notes.finish().map { [composer.compose($0)] } ?? [])
    }

    /// The event of a transition; none for a mode that is not asked for, which still has to be accepted some day.
    private mutating func tell(_ transition: TamperTransition) -> [AlertDraft] {
        let (mode, isOver) =
            switch transition {
            case .started(let facts): (facts.mode, false)
            case .ended(let facts, _): (facts.mode, true)
            }
        guard configuration.modes.contains(mode) else { return [] }
        let draft = composer.compose(transition, by: TamperDetector.version)
        open[mode] = isOver ? nil : draft.alertID
        return [draft]
    }
}
