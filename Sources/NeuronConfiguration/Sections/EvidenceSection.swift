import NeuronCore

extension ConfigurationSection<EvidenceConfiguration> {
    /// What is kept of alerts, for the box.
    static let evidence = ConfigurationSection(
        name: "evidence",
        summary: "The pictures and clips that are kept of alerts. See evidence.md.",
        prototype: EvidenceConfiguration(),
        fields: ofCamera + [
            ConfigurationField(
                "folder",
                \.folder,
                optional: .folder,
                "Where the files go. A relative path begins at this file's folder; without it they go to `evidence` in the state "
                    + "folder."
            ),
            ConfigurationField("keep", \.keep, section: .keep, "How long and how much is kept."),
            ConfigurationField(
                "href",
                \.href,
                optional: .webAddress,
                "The address under which somebody serves the folder; links in alerts begin with it. Without it they are relative, "
                    + "`media/2026-11-21/gate/….mp4`, as the console serves them."
            ),
        ],
        advice: advice
    )

    /// What is kept of one camera's alerts.
    static let cameraEvidence = ConfigurationSection(
        name: "camera-evidence",
        summary: "What is kept of one camera's alerts, where that is not what the file's `evidence` says.",
        prototype: EvidenceConfiguration(),
        fields: ofCamera,
        advice: advice.merging([
            "folder": "All cameras keep their files in one folder: `folder` stands in the file's `evidence`.",
            "keep": "What is kept is one store for all cameras: `keep` stands in the file's `evidence`.",
            "href": "`href` stands in the file's `evidence`.",
        ]) { first, _ in first }
    )

    private static let ofCamera: [ConfigurationField<EvidenceConfiguration>] = [
        ConfigurationField("enabled", \.isEnabled, .flag, "Whether pictures and clips of alerts are kept."),
        ConfigurationField(
            "preRoll",
            \.preRoll,
            .time(.zero...(.seconds(60))),
            "What a clip shows of the time before its alert. It begins at the keyframe before, and not earlier than what the "
                + "camera's share of `limits` holds."
        ),
        ConfigurationField(
            "postRoll",
            \.postRoll,
            .time(.zero...(.seconds(60))),
            "What a clip shows of the time after the last motion. The end of an alert is told when that has been read."
        ),
        ConfigurationField(
            "maxClip",
            \.maxClip,
            .time(.seconds(5)...(.seconds(3600))),
            "The longest clip, with its pre-roll. An alert that lasts longer says that its clip is `cut`."
        ),
        ConfigurationField("pictures", \.pictures, section: .evidencePictures, "How pictures of alerts look."),
        ConfigurationField(
            "maskedClips",
            \.maskedClips,
            .choice,
            "What becomes of clips of a camera with a privacy mask: `withhold` makes none, `encode` paints the masks and encodes "
                + "the clip again, which costs a core for as long."
        ),
    ]

    private static let advice = [
        "preroll": "Did you mean `preRoll`?", "postroll": "Did you mean `postRoll`?", "path": "Did you mean `folder`?",
        "maxLength": "Did you mean `maxClip`?", "retention": "How long is kept is `keep`: {age: 7d}.",
        "days": "How long is kept is `keep`: {age: 7d}.", "baseURL": "Did you mean `href`?",
    ]
}

extension ConfigurationSection<EvidenceConfiguration.Keep> {
    /// Retention.
    static let keep = ConfigurationSection(
        name: "keep",
        summary: "What is kept of evidence. Whole alerts go, the oldest first; those that are still open stay.",
        prototype: EvidenceConfiguration.Keep(),
        fields: [
            ConfigurationField(
                "age",
                \.age,
                .time(.seconds(60)...(.seconds(3650 * 86_400))),
                "How long. What somebody needs for longer must be fetched before."
            ),
            ConfigurationField(
                "bytes",
                \.bytes,
                optional: .size(.mebibytes(1)...(.gibibytes(65_536))),
                "How much. Without it 10GiB or a tenth of the disk, whichever is less."
            ),
            ConfigurationField(
                "free",
                \.free,
                optional: .size(.mebibytes(1)...(.gibibytes(65_536))),
                "What stays free of the disk. Where that can't be kept by removing what is older, nothing is written and alerts say "
                    + "so. Without it 1GiB or a twentieth of the disk, whichever is less."
            ),
        ]
    )
}

extension ConfigurationSection<EvidenceConfiguration.Pictures> {
    /// Pictures of alerts.
    static let evidencePictures = ConfigurationSection(
        name: "evidence-pictures",
        summary: "How pictures of alerts look.",
        prototype: EvidenceConfiguration.Pictures(),
        fields: [
            ConfigurationField(
                "boxes",
                \.boxes,
                .flag,
                "Whether a box is drawn around what the alert is about."
            ),
            ConfigurationField(
                "quality",
                \.quality,
                .integer(1...100),
                "Of JPEG: 100 is best, and three times as large as 85."
            ),
        ]
    )
}
