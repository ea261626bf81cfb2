/// What the daemon may take of the box.
package struct LimitsConfiguration: Sendable, Hashable {
    /// Compressed packets of all cameras together; nil for as much as is usual for their number.
    package var packetMemory: ByteCount?
    /// The same of one camera.
    package var packetMemoryPerCamera: ByteCount
    /// Decode workers for all cameras; nil for one per core.
    package var decodeWorkers: Int?

    /// With less a camera could not keep one group of pictures.
    package static let leastPerCamera = ByteCount.mebibytes(2)

    /// Makes limits; what is left out has the default that the file would have.
    package init(
        packetMemory: ByteCount? = nil,
        packetMemoryPerCamera: ByteCount = .mebibytes(16),
        decodeWorkers: Int? = nil
    ) {
        self.packetMemory = packetMemory
        self.packetMemoryPerCamera = packetMemoryPerCamera
        self.decodeWorkers = decodeWorkers
    }

    /// What is usual for all cameras together, and the least that it is for each where there are many.
    private static let usual = ByteCount.mebibytes(512)
    private static let usualPerCamera = ByteCount.mebibytes(4)

    /// What each of so many cameras may keep: an equal part, and never more than a camera may.
    package func share(of cameras: Int) -> ByteCount {
        let count = Int64(max(1, cameras))
        let usual = max(Self.usual, ByteCount(bytes: Self.usualPerCamera.bytes * count))
        return min(packetMemoryPerCamera, ByteCount(bytes: (packetMemory ?? usual).bytes / count))
    }
}
