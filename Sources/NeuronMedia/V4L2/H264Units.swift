/// What the NAL units of an H.264 picture say, as cameras send them: with start codes.
enum H264Units {
    /// Whether decoding can begin here: there is a slice of an IDR picture.
    ///
    /// Parameter sets stand before it; those who send them apart send them again with each.
    static func isKeyframe(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var zeros = 0
        for (index, byte) in bytes.enumerated() {
            if byte == 1, zeros >= 2, index + 1 < bytes.count {
                switch bytes[index + 1] & 0x1F {
                case 5: return true
                // The slices of another picture: no other kind follows.
                case 1, 2: return false
                default: break
                }
            }
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return false
    }
}
