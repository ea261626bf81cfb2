import NeuronCore

extension AlertDraft {
    /// An event of which only the name matters.
    static func bare(_ id: String) -> AlertDraft {
        AlertDraft(
            id: id,
            alertID: id,
            source: "urn:neurond:box:gate",
            type: "org.neurond.motion.started.v1",
            subject: "_/_/_/_/gate",
            time: .epoch,
            phase: .single,
            importance: .started,
            encode: { _ in [] }
        )
    }
}
