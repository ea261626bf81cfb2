package import NeuronCore

/// One camera: where its pictures come from, how they are sampled and what is looked for in them.
package struct CameraConfiguration: Sendable, Hashable {
    /// The sensor in topics and alerts.
    package var id: SensorID
    /// A name for people, which travels in alerts.
    package var name: String?
    /// Never holds a password, since a file with one is refused; a relative clip path is joined to the file's folder.
    package var source: SourceAddress
    /// A smaller stream of the same camera, for detection.
    package var substream: SourceAddress?
    package var credentials: CredentialReference?
    package var transport: Transport
    package var decoder: DecoderConfiguration
    package var v4l2: V4L2Configuration
    package var sampling: Sampling
    /// With ``Sampling/auto``, for how long nothing may be looked at.
    package var maxBlind: TimeSpan
    /// 1 to 9; when the box does not keep up, the lowest falls back to keyframes first.
    package var priority: Int
    /// Whether a clip starts again when it has ended.
    package var loop: Bool
    package var site: SitePath
    /// Whose it is and where it stands.
    package var place: SensorPlace
    /// How long opening the source may take.
    package var openTimeout: TimeSpan
    /// How long the source may stay silent before it is opened anew.
    package var readTimeout: TimeSpan
    /// How long a camera must be away before that is an alert.
    package var lostAfter: TimeSpan
    package var motion: MotionConfiguration
    package var tamper: TamperConfiguration
    package var plates: PlatesConfiguration
    package var evidence: EvidenceConfiguration
    /// In the order of the file; the names are unique.
    package var zones: [ZoneConfiguration]
    /// In the order of the file; the names are unique.
    package var masks: [MaskConfiguration]

    /// Makes a camera; what is left out has the default that the file would have.
    package init(
        id: SensorID,
        name: String? = nil,
        source: SourceAddress,
        substream: SourceAddress? = nil,
        credentials: CredentialReference? = nil,
        transport: Transport = .tcp,
        decoder: DecoderConfiguration = DecoderConfiguration(),
        v4l2: V4L2Configuration = V4L2Configuration(),
        sampling: Sampling = .auto,
        maxBlind: TimeSpan = .seconds(2),
        priority: Int = 5,
        loop: Bool = false,
        site: SitePath = SitePath(),
        place: SensorPlace = SensorPlace(),
        openTimeout: TimeSpan = .seconds(10),
        readTimeout: TimeSpan = .seconds(10),
        lostAfter: TimeSpan = .seconds(10),
        motion: MotionConfiguration = MotionConfiguration(),
        tamper: TamperConfiguration = TamperConfiguration(),
        plates: PlatesConfiguration = PlatesConfiguration(),
        evidence: EvidenceConfiguration = EvidenceConfiguration(),
        zones: [ZoneConfiguration] = [],
        masks: [MaskConfiguration] = []
    ) {
        self.id = id
        self.name = name
        self.source = source
        self.substream = substream
        self.credentials = credentials
        self.transport = transport
        self.decoder = decoder
        self.v4l2 = v4l2
        self.sampling = sampling
        self.maxBlind = maxBlind
        self.priority = priority
        self.loop = loop
        self.site = site
        self.place = place
        self.openTimeout = openTimeout
        self.readTimeout = readTimeout
        self.lostAfter = lostAfter
        self.motion = motion
        self.tamper = tamper
        self.plates = plates
        self.evidence = evidence
        self.zones = zones
        self.masks = masks
    }

    /// The stream in which things are detected; `source` is the one that is kept.
    package var watchedSource: SourceAddress { substream ?? source }

    /// How RTSP carries the pictures.
    package enum Transport: String, Sendable, Hashable, CaseIterable {
        case tcp, udp
    }

    /// Which frames are decoded.
    package enum Sampling: Sendable, Hashable {
        /// Keyframes while nothing happens, every frame while something does.
        case auto
        case always
        case keyframes
        /// At most so many frames a second.
        case framesPerSecond(Double)
    }
}
