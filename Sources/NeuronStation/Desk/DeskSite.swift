package import NeuronConfiguration
package import NeuronCore

/// What a desk answers for: a box and its cameras.
package struct DeskSite: Sendable {
    package let box: BoxID
    /// The box's own subject.
    package let subject: String
    /// Sources of the cameras by their subjects.
    package let cameras: [String: String]

    /// Makes the site of a box.
    ///
    /// - Parameters:
    ///   - box: its name.
    ///   - site: where it stands.
    ///   - cameras: its cameras, each with its own place.
    package init(box: BoxID, site: SitePath, cameras: [(id: SensorID, site: SitePath)]) {
        self.box = box
        subject = site.subject(of: SensorID(sanitising: box.rawValue))
        self.cameras = Dictionary(
            cameras.map { ($0.site.subject(of: $0.id), "urn:neurond:\(box):\($0.id)") },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Makes the site that a configuration describes.
    package init(_ configuration: Configuration) {
        self.init(
            box: configuration.box,
            site: configuration.site,
            cameras: configuration.cameras.map { ($0.id, $0.site) }
        )
    }

    /// The sources that a subject stands for: one camera, or all where it is the box.
    func sources(of subject: String) -> [String]? {
        subject == self.subject ? Array(cameras.values) : cameras[subject].map { [$0] }
    }
}
