package import NeuronCore

/// How one camera fares at one moment, as far as that is known without waiting for anybody.
package struct CameraSnapshot: Sendable {
    package var id: SensorID
    package var name: String
    package var state: State
    /// Why it is lost or degraded; nil where nothing is wrong.
    package var reason: String?
    /// Without a password.
    package var source: String
    /// Nil before the first stream was opened.
    package var video: Video?
    /// The configured mode: `auto`, `always`, `fps: 5`, `keyframes`.
    package var sampling: String
    /// Whether every picture is decoded now, rather than keyframes.
    package var isAwake: Bool
    package var lastPictureAt: WallTime?
    /// How long its oldest packet has been waiting to be decoded.
    package var lag: TimeSpan
    /// `day` or `night`; nil before it was judged.
    package var light: Daylight?
    package var figures: CameraFigures
    package var zones: [Shape]
    package var masks: [Shape]
    /// Alerts that its sensor says go on; filled in by whoever asks the outbox.
    package var openAlerts: [String] = []

    /// In a word.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing has come yet, and it is too early to say that it is lost.
        case starting
        case up
        case lost
        /// Pictures come, and the box does not keep up: keyframes only.
        case degraded
        /// A clip that has come to its end.
        case ended
    }

    /// What its stream is like.
    package struct Video: Sendable, Hashable {
        package var codec: String
        package var size: FrameSize
        /// What the stream declares; nil where it does not say.
        package var framesPerSecond: Double?
        /// What has come lately; nil before that was measured.
        package var measuredFramesPerSecond: Double?

        /// Makes a description of a stream whose rate was not measured yet.
        package init(codec: String, size: FrameSize, framesPerSecond: Double?) {
            self.codec = codec
            self.size = size
            self.framesPerSecond = framesPerSecond
        }
    }

    /// A zone or a mask.
    package struct Shape: Sendable, Hashable {
        package var name: String
        /// `include`, `exclude`, `preclude` or `mask`.
        package var kind: String
        /// Fractions of the displayed picture.
        package var polygon: [[Double]]
        /// Whether what it covers is never shown.
        package var isPrivate: Bool

        /// Makes a shape of all its parts.
        package init(name: String, kind: String, polygon: [[Double]], isPrivate: Bool = false) {
            self.name = name
            self.kind = kind
            self.polygon = polygon
            self.isPrivate = isPrivate
        }
    }

    /// Makes a snapshot of all its parts.
    package init(
        id: SensorID,
        name: String,
        state: State,
        reason: String?,
        source: String,
        video: Video?,
        sampling: String,
        isAwake: Bool,
        lastPictureAt: WallTime?,
        lag: TimeSpan,
        light: Daylight?,
        figures: CameraFigures,
        zones: [Shape],
        masks: [Shape]
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.reason = reason
        self.source = source
        self.video = video
        self.sampling = sampling
        self.isAwake = isAwake
        self.lastPictureAt = lastPictureAt
        self.lag = lag
        self.light = light
        self.figures = figures
        self.zones = zones
        self.masks = masks
    }
}

extension CameraSnapshot {
    /// An element of `cameras`.
    package var json: JSONValue {
        [
            "id": .string(id.rawValue),
            "name": .string(name),
            "state": .string(state.rawValue),
            "reason": JSONValue(reason),
            "source": .string(source),
            "video": video.map(\.json) ?? .null,
            "sampling": .string(sampling),
            "isAwake": .bool(isAwake),
            "lastPictureAt": JSONValue(lastPictureAt),
            "lagMs": .integer(lag.milliseconds),
            "packets": JSONValue(figures.packets),
            "decoded": JSONValue(figures.decoded),
            "detected": JSONValue(figures.detected),
            "dropped": JSONValue(figures.dropped),
            "reconnects": JSONValue(figures.reconnects),
            "openAlerts": JSONValue(openAlerts.map { .string($0) }),
            "coverage": [
                "connectedSeconds": .number(figures.connected.seconds),
                "lookedAtSeconds": .number(figures.watched.seconds),
                "blindSeconds": .number(figures.blind.seconds),
                "degradedSeconds": .number(figures.degraded.seconds),
            ],
            "light": JSONValue(light?.rawValue),
            "zones": JSONValue(zones.map(\.json)),
            "masks": JSONValue(masks.map(\.json)),
        ]
    }

    /// What makes it worth telling that something has changed.
    package var news: String {
        let light = light?.rawValue ?? ""
        return "\(state) \(reason ?? "") \(light) \(video.map { "\($0.codec) \($0.size)" } ?? "") \(openAlerts)"
    }
}

extension CameraSnapshot.Video {
    fileprivate var json: JSONValue {
        [
            "codec": .string(codec), "width": JSONValue(size.width), "height": JSONValue(size.height),
            "framesPerSecond": framesPerSecond.map { .number($0) } ?? .null,
            "measuredFramesPerSecond": measuredFramesPerSecond.map { .number($0) } ?? .null,
        ]
    }
}

extension CameraSnapshot.Shape {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "kind": .string(kind),
            "polygon": JSONValue(polygon.map { JSONValue($0.map { .number($0) }) }),
            "privacy": .bool(isPrivate),
        ]
    }
}
