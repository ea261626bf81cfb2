import NeuronConfiguration
import NeuronEvidence
import NeuronTestSupport
import Testing

@testable import NeuronStation

@Suite struct PacketSharesTests {
    @Test(arguments: [2 << 20, 16 << 20, (16 << 20) + 7], [true, false])
    func `all shares together are the camera's part`(bytes: Int, keepsMainStream: Bool) {
        let shares = PacketShares(of: bytes, keepsMainStream: keepsMainStream)
        #expect(shares.watchedQueue + shares.watchedRing + shares.mainQueue + shares.mainRing == bytes)
        #expect((shares.mainQueue > 0) == keepsMainStream && (shares.mainRing > 0) == keepsMainStream)
        #expect(shares.watchedRing >= bytes / 8)
    }
}
