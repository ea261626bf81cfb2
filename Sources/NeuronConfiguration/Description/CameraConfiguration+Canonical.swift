import NeuronCore

extension CameraConfiguration {
    /// What of this camera's configuration decides what is detected, one `key: value` on each line.
    ///
    /// Made from the resolved values by the tables that read them: the order of keys, comments, spelling (`5%`, `0.05`) and
    /// whether a value is a default make no difference; each setting of motion, zones and masks and the sampling do. Zones
    /// and masks keep their order. An alert's configuration hash is a hash of this text.
    package var canonicalText: String {
        let camera = ConfigurationSection<CameraConfiguration>.camera
        let sampling = camera.fields.filter { $0.key == "sampling" }
        let zoneSection = ConfigurationSection<ZoneConfiguration>.zone
        let maskSection = ConfigurationSection<MaskConfiguration>.mask
        return
            (["neurond detection configuration 1"] + sampling.map { "\($0.key): \($0.text(self))" }
            + ConfigurationSection<MotionConfiguration>.motion.lines(of: motion, prefix: "motion.")
            + zones.enumerated().flatMap { zoneSection.lines(of: $0.element, prefix: "zones[\($0.offset)].") }
            + masks.enumerated().flatMap { maskSection.lines(of: $0.element, prefix: "masks[\($0.offset)].") })
            .joined(separator: "\n")
    }

    /// The same of what decides which plates are told: what decides motion, and the settings of plates.
    ///
    /// A text of its own, so that the hash in an alert of motion does not depend on plates.
    package var plateCanonicalText: String {
        let lines = ConfigurationSection<PlatesConfiguration>.plates.lines(of: plates, prefix: "plates.")
        return ([canonicalText] + lines).joined(separator: "\n")
    }
}

extension ConfigurationSection {
    fileprivate func lines(of value: Value, prefix: String) -> [String] {
        fields.map { "\(prefix)\($0.key): \($0.text(value))" }
    }
}
