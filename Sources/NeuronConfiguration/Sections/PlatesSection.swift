import NeuronCore

extension ConfigurationSection<PlatesConfiguration> {
    /// The settings of plate regions.
    static let plates = ConfigurationSection(
        name: "plates",
        summary:
            "Where licence plates are, not what they say. At the top of the file it holds for all cameras; in a camera it "
            + "changes single keys.",
        prototype: PlatesConfiguration(),
        fields: [
            ConfigurationField(
                "enabled",
                \.isEnabled,
                .flag,
                "Whether plates are looked for where something moves; each one that passes is told once; with or without `motion`."
            ),
            ConfigurationField(
                "minimumScore",
                \.minimumScore,
                optional: .fraction,
                "How sure a find must be. A lower score finds more plates, and more of what only looks like one. A plate is told "
                    + "if one of its pictures is surer than that by three tenths of the way to 1. Without it "
                    + "holds what the finder was trained to."
            ),
            ConfigurationField(
                "searchesPerSecond",
                \.searchesPerSecond,
                .integer(1...30),
                "How often the pictures are searched while something moves. More searches see fast vehicles more often and "
                    + "cost up to 2 ms each."
            ),
            ConfigurationField(
                "minimumWidth",
                \.minimumWidth,
                .integer(8...2000),
                "The width in pixels from which on a plate is told. Below about 60 nobody can read it."
            ),
            ConfigurationField(
                "minimumPictures",
                \.minimumPictures,
                .integer(1...100),
                "In how many pictures a plate must be found before it is told. More leave out fences and lettering that pass "
                    + "for a plate once."
            ),
            ConfigurationField(
                "tellAfter",
                \.tellAfter,
                .time(.seconds(1)...(.seconds(600))),
                "When a plate that stays in view is told; one that leaves is told 2 s after it was seen last."
            ),
            ConfigurationField(
                "blur",
                \.areCovered,
                .flag,
                "Whether plates are made unreadable beyond recovery in alert pictures and in the live view, also where they "
                    + "aren't looked for. See docs/privacy.md for what it can miss; clips are not changed."
            ),
        ],
        advice: [
            "score": "Did you mean `minimumScore`?",
            "threshold": "Did you mean `minimumScore`?",
            "fps": "Did you mean `searchesPerSecond`?",
        ]
    )
}
