/// A camera's picture for people to look at: redacted, encoded, complete.
package struct LivePicture: Sendable, Hashable {
    /// A JPEG file, with privacy masks filled and plates covered as the configuration has it.
    package var jpeg: [UInt8]
    /// When the camera took it.
    package var takenAt: WallTime
    /// As displayed.
    package var size: FrameSize

    /// Makes a picture of all its parts.
    package init(jpeg: [UInt8], takenAt: WallTime, size: FrameSize) {
        self.jpeg = jpeg
        self.takenAt = takenAt
        self.size = size
    }
}

/// Where pictures of running cameras are to be had, for whoever serves or publishes them.
///
/// Asking is what costs: a camera that nobody asks about decodes and encodes nothing for it.
package protocol LivePictureSource: Sendable {
    /// The latest picture of a camera.
    ///
    /// Waits for one for some seconds at most, as an idle camera may decode nothing between two keyframes.
    ///
    /// - Parameters:
    ///   - camera: its id in the configuration.
    ///   - annotated: whether zones, masks and what the detector saw last are drawn on it.
    /// - Returns: nil where there is no such camera, where it has no picture now, or where too many are asking.
    func latestPicture(of camera: SensorID, annotated: Bool) async -> LivePicture?

    /// Pictures of a camera as they come, at most five a second; a slow reader misses some and never delays others.
    ///
    /// - Parameters:
    ///   - camera: its id in the configuration.
    ///   - annotated: whether zones, masks and what the detector saw last are drawn on them.
    /// - Returns: a stream that ends with the camera, and at once where there is none or where too many are watching.
    func pictures(of camera: SensorID, annotated: Bool) -> AsyncStream<LivePicture>
}
