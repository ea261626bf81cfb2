import NeuronCore

extension ConfigurationSection<MotionConfiguration> {
    /// The detector's settings.
    static let motion = ConfigurationSection(
        name: "motion",
        summary:
            "What counts as motion. At the top of the file it holds for all cameras; in a camera it changes single keys.",
        prototype: MotionConfiguration(),
        fields: [
            ConfigurationField(
                "enabled",
                \.isEnabled,
                .flag,
                "Whether motion is told. With `false` the camera is still watched for tampering, plates and being lost; without all three nothing is decoded."
            ),
            .preset(MotionText.preset) { $0.apply(to: &$1) },
            ConfigurationField("sensitivity", \.sensitivity, .sensitivity, MotionText.sensitivity),
            ConfigurationField("minimumArea", \.minimumArea, .fraction, MotionText.minimumArea),
            ConfigurationField("minimumDuration", \.minimumDuration, MotionText.durations, MotionText.minimumDuration),
            ConfigurationField("eventGap", \.eventGap, MotionText.gaps, MotionText.eventGap),
            ConfigurationField(
                "updateEvery",
                \.updateEvery,
                .time(.seconds(1)...(.seconds(86_400))),
                "How often an alert that lasts is reported again, with its area and time so far."
            ),
            ConfigurationField("night", \.night, section: .night, MotionText.night),
        ],
        advice: MotionText.advice
    )
}

extension ConfigurationSection<ZoneConfiguration> {
    /// A zone of a camera.
    static let zone = ConfigurationSection(
        name: "zone",
        summary:
            "A part of a camera's picture with a rule of its own. Without an `include` zone the whole picture is one.",
        prototype: ZoneConfiguration(name: "zone", polygon: RelativePolygon([]), motion: MotionConfiguration()),
        fields: [
            ConfigurationField(
                "name",
                \.name,
                .token,
                isRequired: true,
                "The rule in alerts; unique within its camera."
            ),
            ConfigurationField(
                "kind",
                \.kind,
                .choice,
                "With `include`, motion inside is an alert of this zone. With `exclude`, motion inside counts for no zone. With "
                    + "`preclude`, motion counts nowhere while something moves inside, and for `eventGap` after it: for the door "
                    + "that people use all day, or the road whose headlights sweep the yard."
            ),
            ConfigurationField("polygon", \.polygon, .polygon, isRequired: true, MotionText.polygon),
            .preset(MotionText.preset) { $0.apply(to: &$1) },
            ConfigurationField(
                "sensitivity",
                \.sensitivity,
                .sensitivity,
                defaultNote: MotionText.asCamera,
                MotionText.sensitivity
            ),
            ConfigurationField(
                "minimumArea",
                \.minimumArea,
                .fraction,
                defaultNote: MotionText.asCamera,
                MotionText.minimumArea
            ),
            ConfigurationField(
                "minimumDuration",
                \.minimumDuration,
                MotionText.durations,
                defaultNote: MotionText.asCamera,
                MotionText.minimumDuration
            ),
            ConfigurationField(
                "eventGap",
                \.eventGap,
                MotionText.gaps,
                defaultNote: MotionText.asCamera,
                MotionText.eventGap
            ),
            ConfigurationField(
                "night",
                \.night,
                section: .night,
                defaultNote: MotionText.asCamera,
                MotionText.night
            ),
        ],
        advice: MotionText.advice
    ) { zone, given, context in
        guard zone.kind == .exclude else { return }
        for key in ["preset", "sensitivity", "minimumArea", "minimumDuration", "eventGap", "night"] {
            guard let node = given.nodes[key] else { continue }
            context.log.report(
                node,
                "In a zone of kind `exclude` nothing is looked for, so `\(key)` has no meaning; delete it."
            )
        }
    }
}

extension ConfigurationSection<MaskConfiguration> {
    /// A mask of a camera.
    static let mask = ConfigurationSection(
        name: "mask",
        summary: "A part of a camera's picture that the detector never sees; with `privacy` nobody sees it.",
        prototype: MaskConfiguration(name: "mask", polygon: RelativePolygon([])),
        fields: [
            ConfigurationField(
                "name",
                \.name,
                .token,
                isRequired: true,
                "For people and messages; unique within its camera."
            ),
            ConfigurationField("polygon", \.polygon, .polygon, isRequired: true, MotionText.polygon),
            ConfigurationField(
                "privacy",
                \.isPrivate,
                .flag,
                "Whether it is made black in every picture right after decoding: in what is looked at, in alert pictures and in "
                    + "the live view. Clips of such a camera are not passed through."
            ),
        ],
        advice: ["private": "Did you mean `privacy`?"]
    )
}

extension ConfigurationSection<NightConfiguration> {
    /// What is different at night.
    static let night = ConfigurationSection(
        name: "night",
        summary:
            "Settings for the night. What isn't written is as by day; a zone's own come before those of its camera.",
        prototype: NightConfiguration(),
        fields: [
            ConfigurationField("sensitivity", \.sensitivity, optional: .sensitivity, MotionText.sensitivity),
            ConfigurationField("minimumArea", \.minimumArea, optional: .fraction, MotionText.minimumArea),
            ConfigurationField(
                "minimumDuration",
                \.minimumDuration,
                optional: MotionText.durations,
                MotionText.minimumDuration
            ),
        ],
        advice: MotionText.advice
    )
}

/// What zones and whole cameras have in common.
private enum MotionText {
    static let asCamera = "as the camera's `motion`"
    static let durations = ValueType<TimeSpan>.time(.zero...(.seconds(60)))
    static let gaps = ValueType<TimeSpan>.time(.milliseconds(100)...(.seconds(3600)))
    static let sensitivity =
        "How small a change of brightness counts. `low` (3) keeps rain and leaves quiet, `high` (8) sees weak contrasts; "
        + "`normal` is 5."
    static let minimumArea =
        "The part of the zone, or of the whole picture, that must move at once. A smaller value finds what is small or far away, "
        + "and more false alarms."
    static let minimumDuration =
        "How long something must move before an alert starts. A longer time leaves out flashes and insects."
    static let eventGap =
        "How long the zone must be still before its alert ends. A shorter time splits one visit into several alerts."
    static let preset =
        "Values that go together; keys beside it change them. `perimeter` is for a fence where nothing should move, `street` for a "
        + "gate with traffic, `indoor` for rooms, `foliage` for a picture full of leaves."
    static let night =
        "What is different at night, which the picture itself shows: no colours (infrared), or dark and noisy."
    static let polygon =
        "The area, its corners in their order, in fractions of the picture's width and height from the top left corner."
    static let advice = [
        "threshold": "How small a change counts is `sensitivity`, how large a part must move is `minimumArea`.",
        "area": "Did you mean `minimumArea`?",
        "min_area": "Did you mean `minimumArea`?",
        "gap": "Did you mean `eventGap`?",
        "points": "The corners of an area are its `polygon`.",
        "coordinates": "The corners of an area are its `polygon`.",
    ]
}
