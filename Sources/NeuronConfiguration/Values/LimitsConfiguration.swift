/// What the daemon may take of the box.
package struct LimitsConfiguration: Sendable, Hashable {
    /// Compressed packets of all cameras together.
    package var packetMemory: ByteCount
    /// The same of one camera.
    package var packetMemoryPerCamera: ByteCount
    /// Decode workers for all cameras; nil for one per core.
    package var decodeWorkers: Int?

    /// With less a camera could not keep one group of pictures.
    package static let leastPerCamera = ByteCount.mebibytes(2)

    /// Makes limits; what is left out has the default that the file would have.
    package init(
        packetMemory: ByteCount = .mebibytes(512),
        packetMemoryPerCamera: ByteCount = .mebibytes(16),
        decodeWorkers: Int? = nil
    ) {
        self.packetMemory = packetMemory
        self.packetMemoryPerCamera = packetMemoryPerCamera
        self.decodeWorkers = decodeWorkers
    }

    /// What each of so many cameras may keep: an equal part, and never more than a camera may.
    package func share(of cameras: Int) -> ByteCount {
        min(packetMemoryPerCamera, ByteCount(bytes: packetMemory.bytes / Int64(max(1, cameras))))
    }
}
