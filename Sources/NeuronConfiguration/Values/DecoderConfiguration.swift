/// What decodes a camera's pictures.
package struct DecoderConfiguration: Sendable, Hashable {
    package var use: Kind
    /// The device of `vaapi` or `drm`; nil takes the first render node.
    package var device: String?

    /// Makes a choice; what is left out has the default that the file would have.
    package init(use: Kind = .software, device: String? = nil) {
        self.use = use
        self.device = device
    }

    /// The ways to decode.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case software, auto, vaapi, drm, v4l2m2m

        /// Whether it opens a device that has a path of its own.
        package var hasDevice: Bool { self == .vaapi || self == .drm }
    }
}
