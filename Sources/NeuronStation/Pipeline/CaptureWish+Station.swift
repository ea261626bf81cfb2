package import NeuronConfiguration
package import NeuronMedia

extension CaptureWish {
    /// What a camera's configuration asks of a device.
    package init(_ configuration: V4L2Configuration) {
        let format: CaptureFormat? =
            switch configuration.format {
            case .auto: nil
            case .mjpeg: .mjpeg
            case .yuyv: .yuyv
            case .nv12: .nv12
            case .grey: .grey
            case .h264: .h264
            case .yu12: .yu12
            case .uyvy: .uyvy
            }
        self.init(
            format: format,
            size: configuration.size,
            framesPerSecond: configuration.framesPerSecond,
            controls: configuration.controls.map { Control(name: $0.name, value: $0.value) }
        )
    }
}
