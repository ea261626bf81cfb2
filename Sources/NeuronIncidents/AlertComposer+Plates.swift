package import NeuronCore

extension AlertComposer {
    /// Which settings and which finder a sighting rests on.
    package struct PlateReason: Sendable, Hashable {
        /// Hash of the settings that plates are looked for with.
        package var configuration: String
        /// The finder and its version, `plates-1`.
        package var detector: String
        /// The score that the best find must have.
        package var threshold: Double
        package var minimumPictures: Int
        package var minimumWidth: Int

        /// Makes a reason of all its parts.
        package init(
            configuration: String,
            detector: String,
            threshold: Double,
            minimumPictures: Int,
            minimumWidth: Int
        ) {
            self.configuration = configuration
            self.detector = detector
            self.threshold = threshold
            self.minimumPictures = minimumPictures
            self.minimumWidth = minimumWidth
        }
    }

    /// The name of the rule that plates are told by.
    private static let plateRule = "plates"

    /// The event of a plate that was sighted: a single one, without an end to come.
    package func compose(_ sighting: PlateSighting, because reason: PlateReason) -> AlertDraft {
        let alertID = alertID(of: sighting)
        var alert = alertBlock(alertID, "plate", .single, revision: 1, onset: sighting.firstSeen.wall)
        alert.dedupKey += "/\(Self.plateRule)"
        alert.endedAt = sighting.lastSeen.wall.description
        let data = AlertData(
            alert: alert,
            sensor: sensorBlock,
            onvif: OnvifBlock(
                topic: "tns1:RuleEngine/ObjectDetection/Object",
                source: ["VideoSource": identity.sensor.rawValue, "RuleName": Self.plateRule],
                data: OnvifData(classTypes: "LicensePlate")
            ),
            frame: frameBlock(sighting.bestMoment, sighting.bestSize),
            plate: PlateBlock(sighting),
            why: why(sighting, reason),
            objects: [ObjectBlock(sighting)]
        )
        var draft = draft(data, typed: "plate.sighted", .single, at: sighting.bestMoment.wall, revision: 1)
        draft.importance = .plate
        return draft
    }

    /// The id that a sighting's event has, or will have: it follows from its first picture.
    package func alertID(of sighting: PlateSighting) -> String {
        let box = sighting.firstBox
        // Two plates of one picture begin at the same time, and in different places.
        let place = [box.left, box.top, box.right, box.bottom].map { String($0) }.joined(separator: ",")
        return alertID("plate", "\(Self.plateRule)/\(place)", since: sighting.firstSeen.wall)
    }

    private func why(_ sighting: PlateSighting, _ reason: PlateReason) -> WhyBlock {
        WhyBlock(
            zone: nil,
            gates: [
                GateReading(gate: "score", value: rounded(sighting.peakScore), limit: rounded(reason.threshold)),
                GateReading(
                    gate: "pictures",
                    value: Double(sighting.pictures),
                    limit: Double(min(reason.minimumPictures, sighting.pictures))
                ),
                GateReading(
                    gate: "width",
                    value: Double(sighting.best.box.width),
                    limit: Double(min(reason.minimumWidth, sighting.best.box.width))
                ),
            ],
            configuration: reason.configuration,
            detector: reason.detector
        )
    }
}

extension PlateBlock {
    init(_ sighting: PlateSighting) {
        score = rounded(sighting.best.score)
        peakScore = rounded(sighting.peakScore)
        sharpness = rounded(sighting.best.sharpness)
        pictures = sighting.pictures
        durationMs = sighting.duration.milliseconds
    }
}

extension ObjectBlock {
    init(_ sighting: PlateSighting) {
        objectId = sighting.number
        self.class = "LicensePlate"
        likelihood = rounded(sighting.best.score)
        boundingBox = OnvifBox(sighting.best.box, of: sighting.bestSize)
        let plate = sighting.best.box
        box = [plate.left, plate.top, plate.right, plate.bottom]
    }
}
