package import NeuronCore

/// What is asked of a V4L2 camera.
package struct V4L2Configuration: Sendable, Hashable {
    package var format: Format
    /// Nil takes what is nearest to 1280x720.
    package var size: FrameSize?
    /// Nil takes 15 or more.
    package var framesPerSecond: Double?
    /// In the order of the file, in which they are set.
    package var controls: [Control]

    /// Makes a wish; what is left out has the default that the file would have.
    package init(
        format: Format = .auto,
        size: FrameSize? = nil,
        framesPerSecond: Double? = nil,
        controls: [Control] = []
    ) {
        self.format = format
        self.size = size
        self.framesPerSecond = framesPerSecond
        self.controls = controls
    }

    /// How the pictures come.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case auto, mjpeg, yuyv, nv12, grey, h264, yu12, uyvy
    }

    /// A control of the device and what it is to be; both are checked when the device is there.
    package struct Control: Sendable, Hashable {
        package var name: String
        package var value: String

        /// Makes a setting.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}
