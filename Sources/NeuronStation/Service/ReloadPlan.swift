package import NeuronConfiguration
package import NeuronCore

/// What a new configuration means for a daemon that runs with an old one: pure.
package struct ReloadPlan: Sendable, Hashable {
    /// Cameras that go on and notice nothing.
    package private(set) var kept: [SensorID] = []
    /// Cameras of which something changed: they stop and start anew.
    package private(set) var restarted: [SensorID] = []
    package private(set) var added: [SensorID] = []
    package private(set) var removed: [SensorID] = []
    /// Whether sinks, or what brokers must know of cameras, changed: links are then made anew, and the outbox keeps what comes.
    package private(set) var changesExchange = false
    /// Whether the names of sinks changed.
    package private(set) var changesSinkNames = false
    package private(set) var changesLogLevel = false
    /// One sentence for each setting that changed and can't while the daemon runs; nothing is changed then.
    package private(set) var refusals: [String] = []

    /// Compares two configurations.
    ///
    /// - Parameters:
    ///   - old: with which the daemon runs.
    ///   - new: with which it is to go on.
    ///   - writesEvidence: whether it has somebody who writes evidence, whoever keeps any just now.
    package init(from old: Configuration, to new: Configuration, writesEvidence: Bool = false) {
        refusals = Self.refusals(old, new, writesEvidence)
        compareCameras(old, new)
        changesLogLevel = old.log != new.log
        changesSinkNames = old.sinks.map(\.name) != new.sinks.map(\.name)
        let hasBus = (old.sinks + new.sinks).contains(where: \.kind.isBus)
        let facesChanged = Set(old.cameras.map(CameraFace.init)) != Set(new.cameras.map(CameraFace.init))
        changesExchange = old.sinks != new.sinks || (hasBus && facesChanged)
    }

    /// Whether anything is different.
    package var isEmpty: Bool {
        restarted.isEmpty && added.isEmpty && removed.isEmpty && !changesExchange && !changesLogLevel
            && refusals.isEmpty
    }

    private mutating func compareCameras(_ old: Configuration, _ new: Configuration) {
        let before = Dictionary(old.cameras.map { ($0.id, $0) }) { first, _ in first }
        // What all cameras share: their part of the memory, and whether anybody wants their pictures as messages.
        let hasShareChanged = old.limits != new.limits || old.pictureLinks.isEmpty != new.pictureLinks.isEmpty
        for camera in new.cameras {
            switch before[camera.id] {
            case nil: added.append(camera.id)
            case camera where !hasShareChanged: kept.append(camera.id)
            default: restarted.append(camera.id)
            }
        }
        let after = Set(new.cameras.map(\.id))
        removed = old.cameras.map(\.id).filter { !after.contains($0) }
    }

    private static func refusals(_ old: Configuration, _ new: Configuration, _ writesEvidence: Bool) -> [String] {
        var sections: [String] = []
        if old.box != new.box { sections.append("box") }
        if old.site != new.site { sections.append("site") }
        if old.stateDirectory != new.stateDirectory { sections.append("state") }
        if old.outbox != new.outbox { sections.append("outbox") }
        if old.escalation != new.escalation { sections.append("escalation") }
        if old.health != new.health { sections.append("health") }
        if old.console != new.console { sections.append("console") }
        if new.keepsEvidence, !old.keepsEvidence, !writesEvidence { sections.append("evidence.enabled") }
        if old.evidence.folder != new.evidence.folder { sections.append("evidence.folder") }
        if old.evidence.keep != new.evidence.keep { sections.append("evidence.keep") }
        if old.limits.decodeWorkers != new.limits.decodeWorkers { sections.append("limits.decodeWorkers") }
        if sections.isEmpty, old.withoutWhatMayChange != new.withoutWhatMayChange { sections.append("a section") }
        return sections.map { "`\($0)` has changed, which a reload can't do: restart neurond." }
    }
}

/// What others see of a camera: its name in topics and on maps.
private struct CameraFace: Hashable {
    let id: SensorID
    let name: String?
    let site: SitePath
    let place: SensorPlace

    init(_ camera: CameraConfiguration) {
        (id, name, site, place) = (camera.id, camera.name, camera.site, camera.place)
    }
}

extension Configuration {
    /// What no reload can change; a section that is added to the file later is here until a reload knows it.
    fileprivate var withoutWhatMayChange: Configuration {
        var rest = self
        rest.cameras = []
        rest.sinks = []
        // Defaults of cameras, which have them applied already.
        (rest.decoder, rest.motion, rest.tamper, rest.plates) = (
            DecoderConfiguration(), MotionConfiguration(), TamperConfiguration(), PlatesConfiguration()
        )
        rest.evidence = EvidenceConfiguration()
        rest.limits = LimitsConfiguration()
        rest.log = LogConfiguration()
        return rest
    }
}
