import NeuronCore

extension ConfigurationSection<TamperConfiguration> {
    /// The tamper detector's settings.
    static let tamper = ConfigurationSection(
        name: "tamper",
        summary:
            "What counts as tampering with a camera. At the top of the file it holds for all cameras; in a camera it changes "
            + "single keys.",
        prototype: TamperConfiguration(),
        fields: [
            ConfigurationField(
                "enabled",
                \.isEnabled,
                .flag,
                "Whether tampering is looked for, and changes of light are noted; with or without `motion`."
            ),
            ConfigurationField(
                "modes",
                \.modes,
                .tamperModes,
                defaultNote: "all of them",
                "The ways of tampering that are alerts."
            ),
            ConfigurationField(
                "holdOff",
                \.holdOff,
                .time(.seconds(1)...(.seconds(3600))),
                "How long it must last before an alert starts. A shorter time takes a truck at the gate for tampering."
            ),
            ConfigurationField(
                "quietTime",
                \.quietTime,
                .time(.zero...(.seconds(3600))),
                "How long it must be gone before its alert ends."
            ),
            ConfigurationField(
                "acceptAfter",
                \.acceptAfter,
                .time(.seconds(10)...(.seconds(86_400))),
                "How long after its start an alert ends although it lasts, and the picture is taken as it is now. A frozen picture "
                    + "never is."
            ),
            ConfigurationField(
                "darkLevel",
                \.darkLevel,
                .integer(17...128),
                "A place darker than this shows nothing; black is 16, white 235."
            ),
            ConfigurationField(
                "minimumMatch",
                \.minimumMatch,
                .fraction,
                "With less than this part of its edges in place the scene is another one. A smaller value asks for more to be "
                    + "covered, and lets a larger truck stand in front."
            ),
        ],
        advice: [
            "holdoff": "Did you mean `holdOff`?",
            "threshold": "How much of the scene must be gone is `minimumMatch`, how long `holdOff`.",
            "mode": "Did you mean `modes`?",
        ]
    )
}
