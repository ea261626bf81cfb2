import NeuronCore

extension ConfigurationSection<CameraConfiguration> {
    /// One camera.
    static let camera = ConfigurationSection(
        name: "camera",
        summary: "One camera, or one recorded clip that is watched like a camera.",
        prototype: CameraConfiguration(id: SensorID(sanitising: ""), source: SourceAddress("")),
        fields: [
            .id,
            ConfigurationField(
                "name",
                \.name,
                optional: .text(maxLength: 100),
                "What people call the camera; alerts carry it."
            ),
            .source,
            .substream,
            ConfigurationField(
                "credentials",
                \.credentials,
                optional: .credentials,
                "Where user and password are: the name of a systemd credential, or, with a `/`, the path of a file. It holds "
                    + "`user:password` on one line."
            ),
            ConfigurationField(
                "transport",
                \.transport,
                .choice,
                "How RTSP carries the pictures. `udp` has less delay and, in a network that loses packets, torn pictures."
            ),
            ConfigurationField(
                "decoder",
                \.decoder,
                .decoder,
                defaultNote: "the file's `decoder`",
                "What decodes the pictures. Where hardware is missing, refuses the stream or fails, `software` does it, and the "
                    + "log says why. `auto` takes `vaapi` or `drm` if one of them opens. `v4l2m2m` fits `sampling: always` and "
                    + "rates; it is opened anew for each keyframe that is decoded alone."
            ),
            ConfigurationField(
                "v4l2",
                \.v4l2,
                section: .v4l2,
                defaultNote: "the cheapest format near 1280x720 at 15 pictures a second",
                "What is asked of a camera at this machine, whose `source` is a device."
            ),
            ConfigurationField(
                "sampling",
                \.sampling,
                .sampling,
                "Which frames are decoded. `auto` takes keyframes while nothing happens, and every frame from the beginning on of what "
                    + "does; `maxBlind` bounds what it may miss. `always` takes every frame, for scenes in which something passes "
                    + "in less time than that. `keyframes` costs least, `{fps: 5}` takes up to five a second (also written `fps:5`)."
            ),
            ConfigurationField(
                "maxBlind",
                \.maxBlind,
                .time(.milliseconds(500)...(.seconds(60))),
                "With `sampling: auto`, for how long nothing may be looked at while the scene is still. Where keyframes come less "
                    + "often than this, every frame is decoded; a longer time costs less and may miss what passes in between."
            ),
            ConfigurationField(
                "priority",
                \.priority,
                .integer(1...9),
                "When the box does not keep up, cameras with a lower number are looked at by keyframes only before those with a "
                    + "higher one, and return after them. Of equal ones, the one that costs most comes first."
            ),
            ConfigurationField(
                "loop",
                \.loop,
                .flag,
                "For clips only: whether the clip starts again when it has ended."
            ),
            ConfigurationField(
                "site",
                \.site,
                section: .site,
                defaultNote: "the file's `site`",
                "Where the camera stands, if not where the box does; each level on its own."
            ),
            ConfigurationField(
                "owner",
                \.place.owner,
                optional: .choice,
                "Who runs the camera: the authorities, the village or neighbourhood, or one home; alerts carry it."
            ),
            ConfigurationField(
                "address",
                \.place.address,
                optional: .text(maxLength: 200),
                "The standard address of where the camera stands; alerts carry it."
            ),
            .position,
            ConfigurationField(
                "gbId",
                \.place.gbID,
                optional: .digits(20),
                "The camera's GB/T 28181 id, such as `34020000001320000001`; alerts carry it."
            ),
            ConfigurationField(
                "openTimeout",
                \.openTimeout,
                timeouts,
                "How long connecting may take before it is tried again."
            ),
            ConfigurationField(
                "readTimeout",
                \.readTimeout,
                timeouts,
                "How long the camera may send nothing before the connection is made anew."
            ),
            ConfigurationField(
                "lostAfter",
                \.lostAfter,
                .time(.zero...(.seconds(3600))),
                "How long the camera must be away before that is an alert. A longer time hides short network faults."
            ),
            ConfigurationField(
                "motion",
                \.motion,
                section: .motion,
                defaultNote: "the file's `motion`",
                "What counts as motion for this camera; each key on its own."
            ),
            ConfigurationField(
                "tamper",
                \.tamper,
                section: .tamper,
                defaultNote: "the file's `tamper`",
                "What counts as tampering with this camera; each key on its own."
            ),
            ConfigurationField(
                "plates",
                \.plates,
                section: .plates,
                defaultNote: "the file's `plates`",
                "How licence plates are looked for in this camera's pictures; each key on its own."
            ),
            ConfigurationField(
                "evidence",
                \.evidence,
                section: .cameraEvidence,
                defaultNote: "the file's `evidence`",
                "What is kept of this camera's alerts; each key on its own."
            ),
            ConfigurationField(
                "zones",
                \.zones,
                listOf: .zone,
                identity: "name",
                count: 0...64,
                prototype: { camera in
                    ZoneConfiguration(name: "zone", polygon: RelativePolygon([]), motion: camera.motion)
                },
                "Parts of the picture, each with a rule of its own."
            ),
            ConfigurationField(
                "masks",
                \.masks,
                listOf: .mask,
                identity: "name",
                count: 0...64,
                prototype: { _ in ConfigurationSection<MaskConfiguration>.mask.prototype },
                "Parts of the picture that the detector never sees."
            ),
        ],
        advice: advice
    ) { camera, given, context in
        checkSource(camera, given, &context)
        ZoneCoverage.check(camera, given, &context)
    }

    private static let timeouts = ValueType<TimeSpan>.time(.milliseconds(100)...(.seconds(300)))

    private static let secretAdvice =
        "Write user:password on one line into a file, and the file's path behind `credentials`; secrets never stand here."

    private static let advice = [
        "substreamUrl": "Did you mean `substream`?", "subStream": "Did you mean `substream`?",
        "url": "Did you mean `source`?", "path": "Did you mean `source`?", "input": "Did you mean `source`?",
        "device": "Did you mean `source`?", "rtsp": "Did you mean `source`?",
        "hwaccel": "Write `decoder: vaapi`, or `decoder: auto`.", "hardware": "Write `decoder: auto`.",
        "user": secretAdvice, "username": secretAdvice, "password": secretAdvice, "pass": secretAdvice,
        "passwd": secretAdvice, "auth": secretAdvice,
        "fps": "Write `sampling: {fps: 5}`.", "framerate": "Write `sampling: {fps: 5}`.",
        "controls": "A device's controls stand under `v4l2`.",
        "timeout": "There are `openTimeout` for connecting and `readTimeout` for silence.",
    ]

    /// A setting without an effect is a mistake: somebody believes that it has one.
    private static func checkSource(
        _ camera: CameraConfiguration,
        _ given: GivenKeys,
        _ context: inout ReadingContext
    ) {
        let kind = camera.source.kind
        if camera.loop, kind != .clip, let node = given.nodes["loop"] {
            context.log.report(
                node,
                "Only a clip can be played again; the source of this camera is live, so delete `loop`."
            )
        }
        if kind != .rtsp, let node = given.nodes["transport"] {
            context.log.report(
                node,
                "Only RTSP has a transport, and the source of this camera is no RTSP URL; delete it."
            )
        }
        if kind == .clip || kind == .video4Linux, let node = given.nodes["credentials"] {
            context.log.report(node, "A clip or a device needs no user and password; delete `credentials`.")
        }
        if kind != .video4Linux, let node = given.nodes["v4l2"] {
            context.log.report(node, "Only a device such as /dev/video0 has V4L2 settings; delete `v4l2`.")
        }
        if kind != .rtsp, let node = given.nodes["substream"] {
            context.log.report(node, "Only an RTSP camera has a sub-stream, and `source` is no RTSP URL; delete it.")
        }
        guard given.nodes["credentials"] == nil else { return }
        for (key, address) in [("source", camera.source), ("substream", camera.substream ?? SourceAddress(""))] {
            guard SourceSecrets.hasPlaceholder(address.revealed), let node = given.nodes[key] else { continue }
            context.log.report(
                node,
                "The URL has a place for user or password, and `credentials` doesn't say where they are."
            )
        }
    }
}
