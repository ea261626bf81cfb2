package import NeuronConfiguration
package import NeuronMedia

extension DecoderChoice {
    /// What a camera's configuration asks for.
    package init(_ configuration: DecoderConfiguration) {
        let kind: Kind =
            switch configuration.use {
            case .software: .software
            case .auto: .auto
            case .vaapi: .vaapi
            case .drm: .drm
            case .v4l2m2m: .v4l2m2m
            }
        self.init(kind, device: configuration.device)
    }
}
