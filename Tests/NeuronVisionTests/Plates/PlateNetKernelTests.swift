import NeuronCore
import NeuronVision
import Testing

@Suite struct PlateNetKernelTests {
    /// Working sizes whose coarse tensors are odd, a few samples wide, or wider than any vector.
    private static let sizes = [
        FrameSize(width: 1, height: 1), FrameSize(width: 32, height: 32), FrameSize(width: 33, height: 95),
        FrameSize(width: 160, height: 64), FrameSize(width: 423, height: 130), FrameSize(width: 640, height: 64),
    ]

    @Test(arguments: KernelTarget.available)
    func `every tensor equals the reference's at every size on every instruction set`(target: KernelTarget) throws {
        let net = try PlateNet(reading: RandomNet.usual.file)
        var finder = PlateFinder(net: net, target: target)
        // One finder for all: what a larger picture left must not show in a smaller one.
        for (index, size) in (Self.sizes + Self.sizes.reversed()).enumerated() {
            let luma = RandomNet.picture(width: size.width, height: size.height, seed: UInt64(index))
            finder.search(LumaPlane(samples: luma.span, width: size.width, height: size.height, stride: size.width))
            let expected = PlateNetReference.run(net, luma: luma, width: size.width, height: size.height)
            for (number, tensor) in expected.enumerated().dropFirst() {
                let differences = tensor.values.indices.count { index in
                    let (place, column) = index.quotientAndRemainder(dividingBy: tensor.width)
                    let (channel, row) = place.quotientAndRemainder(dividingBy: tensor.height)
                    let actual = finder.value(tensor: number, channel: channel, row: row, column: column)
                    return actual != tensor.values[index]
                }
                #expect(differences == 0, "tensor \(number) at \(size) on \(target)")
                #expect(Set(tensor.values).count > 1, "tensor \(number) says nothing")
            }
        }
    }
}
