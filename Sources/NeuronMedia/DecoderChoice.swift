/// Which decoder a stream is to have.
package struct DecoderChoice: Sendable, Hashable {
    package var kind: Kind
    /// The device of `vaapi` or `drm`; nil takes the first render node.
    package var device: String?

    /// Makes a choice.
    package init(_ kind: Kind, device: String? = nil) {
        self.kind = kind
        self.device = device
    }

    /// FFmpeg's own decoders.
    package static let software = DecoderChoice(.software)

    /// What a picture can be decoded by.
    package enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        case software
        /// VAAPI or DRM where one of them opens, else software. V4L2 M2M is only taken where it is named.
        case auto
        /// A graphics processor by VA-API.
        case vaapi
        /// A decoder behind the kernel's graphics driver; asks for an FFmpeg that has V4L2 requests built in.
        case drm
        /// A V4L2 memory-to-memory device.
        case v4l2m2m
    }
}
