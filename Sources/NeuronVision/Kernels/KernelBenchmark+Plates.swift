import NeuronCore

/// The search for plates: everything from the picture to its boxes, on one thread.
extension KernelBenchmark {
    private static let size = FrameSize(width: 1280, height: 720)

    /// Blocks and noise, the same at every run: the search takes as long as over any picture.
    private static let picture: [UInt8] = (0..<size.width * size.height).map { index in
        UInt8(40 + index / size.width / 31 % 5 * 20 + index % size.width / 43 % 4 * 15 + index % 11)
    }

    /// Seconds of a whole search with the program's own net.
    func plateSearch() -> Double {
        guard case .success(let net) = PlateNet.embedded else { return 0 }
        var finder = PlateFinder(net: net, target: kernels.target)
        let size = KernelBenchmark.size
        let search = {
            finder.search(
                LumaPlane(
                    samples: KernelBenchmark.picture.span,
                    width: size.width,
                    height: size.height,
                    stride: size.width
                )
            )
        }
        search()
        return median(rounds, search)
    }

    /// Seconds of copying the same picture.
    func plateCopy() -> Double {
        var copy = KernelBenchmark.picture
        return median(rounds) { copy.withUnsafeMutableBytes { $0.copyBytes(from: KernelBenchmark.picture) } }
    }
}
