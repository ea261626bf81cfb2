package import NeuronCore

/// What is asked of a V4L2 device.
package struct CaptureWish: Sendable, Hashable {
    /// Nil takes the one that suits best.
    package var format: CaptureFormat?
    /// Nil takes what is nearest to 1280x720.
    package var size: FrameSize?
    /// Nil takes 15 or more.
    package var framesPerSecond: Double?
    /// In the order in which they are set.
    package var controls: [Control]

    /// Makes a wish; what is left out is left to the device.
    package init(
        format: CaptureFormat? = nil,
        size: FrameSize? = nil,
        framesPerSecond: Double? = nil,
        controls: [Control] = []
    ) {
        self.format = format
        self.size = size
        self.framesPerSecond = framesPerSecond
        self.controls = controls
    }

    /// A control and the value that it is to have.
    package struct Control: Sendable, Hashable {
        /// As ``DeviceControl/name`` has it.
        package var name: String
        /// A number, `true`, `false`, or the name of a menu's item.
        package var value: String

        /// Makes a setting of two texts.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    static let usualSize = FrameSize(width: 1280, height: 720)
    static let usualRate = 15.0
}
