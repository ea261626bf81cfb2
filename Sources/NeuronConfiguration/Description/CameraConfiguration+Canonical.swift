import NeuronCore

extension CameraConfiguration {
    /// What of this camera's configuration decides what is detected, one `key: value` on each line.
    ///
    /// Made from the resolved values by the tables that read them: the order of keys, comments, spelling (`5%`, `0.05`) and
    /// whether a value is a default make no difference; each setting of motion, tampering, zones and masks and the sampling do. Zones
    /// and masks keep their order. An alert's configuration hash is a hash of this text.
    package var canonicalText: String {
        let camera = ConfigurationSection<CameraConfiguration>.camera
        let sampling = camera.fields.filter {
            $0.key == "sampling" || ($0.key == "maxBlind" && self.sampling == .auto)
        }
        let zoneSection = ConfigurationSection<ZoneConfiguration>.zone
        let night = ConfigurationSection<NightConfiguration>.night
        let maskSection = ConfigurationSection<MaskConfiguration>.mask
        return
            (["neurond detection configuration 1"] + sampling.map { "\($0.key): \($0.text(self))" }
            + ConfigurationSection<MotionConfiguration>.motion.lines(of: motion, prefix: "motion.")
            + night.lines(of: motion.night, prefix: "motion.night.")
            + ConfigurationSection<TamperConfiguration>.tamper.lines(of: tamper, prefix: "tamper.")
            + zones.enumerated().flatMap { index, zone in
                zoneSection.lines(of: zone, prefix: "zones[\(index)].")
                    + night.lines(of: zone.night, prefix: "zones[\(index)].night.")
            }
            + masks.enumerated().flatMap { index, mask in
                // Said only where it is so: the hashes of those who hide nothing stay what they were.
                maskSection.lines(of: mask, prefix: "masks[\(index)].", without: mask.isPrivate ? [] : ["privacy"])
            })
            .joined(separator: "\n")
    }

    /// The same of what decides which plates are told: what decides motion, and the settings of plates.
    ///
    /// A text of its own, so that the hash in an alert of motion does not depend on plates.
    package var plateCanonicalText: String {
        // How pictures look that are written changes nothing of what is found.
        let section = ConfigurationSection<PlatesConfiguration>.plates
        let lines = section.lines(of: plates, prefix: "plates.", without: ["blur"])
        return ([canonicalText] + lines).joined(separator: "\n")
    }
}

extension ConfigurationSection {
    /// A line per value that is there; a preset and a section have none of their own.
    fileprivate func lines(of value: Value, prefix: String, without keys: [String] = []) -> [String] {
        fields.filter { !keys.contains($0.key) }.compactMap { field in
            let text = field.text(value)
            return text.isEmpty ? nil : "\(prefix)\(field.key): \(text)"
        }
    }
}
