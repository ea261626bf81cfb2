/// Steele, Lea and Flood's SplitMix64: the seeded generator of these tests, and of the C++ check of the same vectors.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// FNV-1a with 64 bits over little-endian bytes.
struct FNV1a {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ samples: [some FixedWidthInteger]) {
        for sample in samples {
            for byte in 0..<sample.bitWidth / 8 {
                value = (value ^ UInt64(truncatingIfNeeded: (sample >> (byte * 8)) & 0xFF)) &* 0x100_0000_01B3
            }
        }
    }
}
