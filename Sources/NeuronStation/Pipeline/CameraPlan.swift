package import NeuronConfiguration
package import NeuronCore
package import NeuronIncidents
import NeuronMedia
package import NeuronSampling
package import NeuronVision

/// One camera's configuration, in the terms of the rooms that its pipeline is made of.
package struct CameraPlan: Sendable {
    package var camera: CameraConfiguration
    package var sampling: SamplingMode
    /// Packets that it may keep, of all its streams together.
    package let packetBytes: Int
    /// What a camera may keep where nothing is configured.
    package static let usualPacketBytes = 16 << 20
    /// How often it is told how well a live camera was watched.
    package var coverageEvery: TimeSpan
    package var identity: AlertComposer.Identity
    /// The instruction set that the detector runs on; alerts do not depend on it.
    package var kernels: KernelTarget
    /// What plates are looked for with; nil where they are not.
    var plates: PlateStage.Plan?
    /// What is kept of its alerts; nil for nothing.
    package var evidence: EvidencePlan?
    /// How pictures of its alerts are made; nil where nobody wants any.
    package var pictures: AlertPictures.Settings?
    /// Zones in the detector's order: those that are told, or one that covers the picture where none is drawn, and behind
    /// them those that preclude.
    package var rules: [Rule]

    /// What one zone asks of motion.
    package struct Rule: Sendable, Hashable {
        package var name: String
        /// Whether motion here silences every other rule instead of being told.
        package var precludes: Bool
        package var day: MotionIncident.Settings
        package var night: MotionIncident.Settings

        /// What holds in a light.
        package func incident(in light: Daylight) -> MotionIncident.Settings { light == .day ? day : night }
    }

    /// The name of the rule of a camera without zones.
    package static let wholePicture = "frame"

    /// Plans a camera's pipeline.
    ///
    /// - Parameters:
    ///   - camera: its configuration.
    ///   - box: the box it hangs at.
    ///   - policy: what its alerts say of their deadlines.
    ///   - packetBytes: packets that it may keep.
    ///   - coverageEvery: how often it is told how well it was watched.
    package init(
        _ camera: CameraConfiguration,
        box: BoxID,
        policy: EscalationPolicy = .standard,
        packetBytes: Int = usualPacketBytes,
        coverageEvery: TimeSpan = .seconds(300)
    ) {
        self.camera = camera
        self.packetBytes = packetBytes
        self.coverageEvery = coverageEvery
        sampling = SamplingMode(
            camera,
            ringBytes: PacketShares(of: packetBytes, keepsMainStream: false).watchedRing
        )
        kernels = (try? KernelTarget.chosen.get()) ?? .best
        rules = Self.rules(of: camera)
        plates = PlateStage.Plan(camera)
        identity = AlertComposer.Identity(
            box: box,
            sensor: camera.id,
            name: camera.name ?? camera.id.rawValue,
            site: camera.site,
            place: camera.place,
            configuration: AlertName.digest(of: camera.canonicalText),
            detector: MotionDetector.version,
            isSubstream: camera.substream != nil,
            policy: policy
        )
    }

    /// The plans of all cameras of a configuration, in the order of the file.
    ///
    /// - Parameters:
    ///   - configuration: whose cameras they are.
    ///   - evidence: writes what is kept of alerts; nil where nothing is.
    /// - Returns: one for each camera.
    package static func all(of configuration: Configuration, evidence: (any EvidenceDesk)? = nil) -> [CameraPlan] {
        let packetBytes = Int(configuration.limits.share(of: configuration.cameras.count).bytes)
        return configuration.cameras.map { camera in
            var plan = CameraPlan(
                camera,
                box: configuration.box,
                policy: configuration.statedPolicy,
                packetBytes: packetBytes,
                coverageEvery: configuration.health.coverageEvery
            )
            plan.keepEvidence(by: evidence)
            plan.pictureAlerts(forMessages: !configuration.pictureLinks.isEmpty)
            return plan
        }
    }

    /// Whether clips are cut from another stream than the one that is looked at.
    var keepsMainStream: Bool { evidence?.makesClips == true && camera.substream != nil }

    /// How its part of the packet memory is divided.
    var packetShares: PacketShares { PacketShares(of: packetBytes, keepsMainStream: keepsMainStream) }

    /// Leaves the packets of the large stream their share of the memory.
    mutating func makeRoomForMainStream() {
        let shares = packetShares
        evidence?.ringBytes = shares.mainRing
        if case .adaptive(let maxBlind, _) = sampling {
            sampling = .adaptive(maxBlind: maxBlind, ringBytes: shares.watchedRing)
        }
    }

    /// What is hidden in its pictures.
    package var privacy: PrivacyPainter.Plan { PrivacyPainter.Plan(camera, kernels: kernels) }

    /// What may become of its compressed pictures.
    package var clipPassage: ClipPassage {
        guard !camera.privacyMasks.isEmpty else { return .pass }
        return camera.evidence.maskedClips == .encode ? .encode : .withhold
    }

    /// Whether motion is told; it is looked for in any case, as plates are searched where it is.
    var tellsMotion: Bool { camera.motion.isEnabled }

    /// Whether anything is looked for in its pictures, rather than only whether they come.
    var needsPictures: Bool { tellsMotion || camera.tamper.isEnabled || plates != nil }

    /// The detector's settings for pictures that are stored in an orientation, in a light.
    package func motionSettings(for orientation: PictureOrientation, in light: Daylight) -> MotionSettings {
        let excluded = camera.zones.filter { $0.kind == .exclude }.map { orientation.stored($0.polygon) }
        let zones = Self.watchedZones(of: camera).map { zone in
            MotionZone(
                name: zone.name,
                polygon: orientation.stored(zone.polygon),
                exclude: excluded,
                minimumAreaFraction: zone.minimumArea(in: light),
                sensitivity: zone.sensitivity(in: light).share
            )
        }
        return MotionSettings(zones: zones, masks: camera.masks.map { orientation.stored($0.polygon) })
    }

    /// The zones in which motion is looked for, in the order of ``rules``.
    private static func watchedZones(of camera: CameraConfiguration) -> [ZoneConfiguration] {
        let drawn = camera.zones.filter { $0.kind == .include }
        let whole = ZoneConfiguration(name: wholePicture, polygon: .wholePicture, motion: camera.motion)
        return (drawn.isEmpty ? [whole] : drawn) + camera.zones.filter { $0.kind == .preclude }
    }

    private static func rules(of camera: CameraConfiguration) -> [Rule] {
        watchedZones(of: camera).map { zone in
            let day = MotionIncident.Settings(
                minimumDuration: zone.minimumDuration,
                eventGap: zone.eventGap,
                updateInterval: camera.motion.updateEvery
            )
            var night = day
            night.minimumDuration = zone.night.minimumDuration ?? day.minimumDuration
            return Rule(name: zone.name, precludes: zone.kind == .preclude, day: day, night: night)
        }
    }
}

extension ZoneConfiguration {
    fileprivate func minimumArea(in light: Daylight) -> Double {
        light == .night ? night.minimumArea ?? minimumArea : minimumArea
    }

    fileprivate func sensitivity(in light: Daylight) -> Sensitivity {
        light == .night ? night.sensitivity ?? sensitivity : sensitivity
    }
}

extension SamplingMode {
    /// The mode that a camera's configuration asks for.
    ///
    /// - Parameters:
    ///   - camera: the configuration.
    ///   - ringBytes: packets that are kept to catch up with; at 4 Mbit/s and a keyframe each 2 s, 2 MiB are used.
    init(_ camera: CameraConfiguration, ringBytes: Int) {
        switch camera.sampling {
        case .always: self = .always
        case .auto: self = .adaptive(maxBlind: camera.maxBlind, ringBytes: ringBytes)
        case .keyframes: self = .keyframes
        case .framesPerSecond(let rate): self = SamplingMode(picturesPerSecond: rate) ?? .always
        }
    }
}

extension Sensitivity {
    /// The level as the detector takes it, 0.1 to 1.
    fileprivate var share: Double { Double(level) / 10 }
}

extension RelativePolygon {
    fileprivate static let wholePicture = RelativePolygon([
        RelativePoint(x: 0, y: 0), RelativePoint(x: 1, y: 0), RelativePoint(x: 1, y: 1), RelativePoint(x: 0, y: 1),
    ])
}
