import CVisionKernels

extension PlateNet {
    /// The bytes of the weights file that this program was built with.
    package static let embeddedFile: [UInt8] = {
        var count = 0
        let start = nd_plate_weights(&count)
        // Sound: the array is a constant of the program and never goes away.
        return Array(UnsafeBufferPointer(start: start, count: count))
    }()

    /// The net that this program was built with, read and proven once.
    package static let embedded: Result<PlateNet, PlateNetError> = Result { () throws(PlateNetError) in
        try PlateNet(reading: embeddedFile)
    }
}
