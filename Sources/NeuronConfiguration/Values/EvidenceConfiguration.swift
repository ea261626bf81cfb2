package import NeuronCore

/// What is kept of alerts: pictures and clips, and for how long.
package struct EvidenceConfiguration: Sendable, Hashable {
    package var isEnabled: Bool
    /// Where files go; nil for `evidence` in the state directory.
    package var folder: String?
    /// What a clip shows of the time before its alert.
    package var preRoll: TimeSpan
    /// What a clip shows of the time after the last motion.
    package var postRoll: TimeSpan
    /// The longest clip, pre-roll included.
    package var maxClip: TimeSpan
    package var keep: Keep
    package var pictures: Pictures
    /// The address under which the folder is served, as links in alerts begin; nil for relative links.
    package var href: String?
    package var maskedClips: MaskedClips

    /// Makes settings; what is left out has the default that the file would have.
    package init(
        isEnabled: Bool = true,
        folder: String? = nil,
        preRoll: TimeSpan = .seconds(5),
        postRoll: TimeSpan = .seconds(5),
        maxClip: TimeSpan = .seconds(60),
        keep: Keep = Keep(),
        pictures: Pictures = Pictures(),
        href: String? = nil,
        maskedClips: MaskedClips = .withhold
    ) {
        self.isEnabled = isEnabled
        self.folder = folder
        self.preRoll = preRoll
        self.postRoll = postRoll
        self.maxClip = maxClip
        self.keep = keep
        self.pictures = pictures
        self.href = href
        self.maskedClips = maskedClips
    }

    /// What links to files begin with; ends with a slash.
    package var linkBase: String {
        guard let href else { return AlertEvidence.relativeBase }
        return href.hasSuffix("/") ? href : href + "/"
    }

    /// How long and how much is kept.
    package struct Keep: Sendable, Hashable {
        package var age: TimeSpan
        /// Nil for the smaller of 10 GiB and a tenth of the disk.
        package var bytes: ByteCount?
        /// What stays free of the disk; nil for the smaller of 1 GiB and a twentieth of it.
        package var free: ByteCount?

        /// Makes limits; what is left out has the default that the file would have.
        package init(age: TimeSpan = .seconds(7 * 86_400), bytes: ByteCount? = nil, free: ByteCount? = nil) {
            self.age = age
            self.bytes = bytes
            self.free = free
        }
    }

    /// How pictures of alerts look.
    package struct Pictures: Sendable, Hashable {
        /// Whether a box is drawn around what an alert is about.
        package var boxes: Bool
        /// Of JPEG, 1 to 100.
        package var quality: Int

        /// Makes settings; what is left out has the default that the file would have.
        package init(boxes: Bool = true, quality: Int = 85) {
            self.boxes = boxes
            self.quality = quality
        }
    }

    /// What becomes of clips of a camera with a privacy mask.
    package enum MaskedClips: String, Sendable, Hashable, CaseIterable {
        /// There are none.
        case withhold
        /// They are decoded, painted and encoded again.
        case encode
    }
}

extension Configuration {
    /// Where pictures and clips of alerts lie.
    package var evidenceFolder: String { evidence.folder ?? stateDirectory + "/evidence" }
}
