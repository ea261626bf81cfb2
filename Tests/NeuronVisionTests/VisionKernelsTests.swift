import CVisionKernels
import FoundationEssentials
import NeuronVision
import Testing

@Suite struct VisionKernelsTests {
    /// One line per kernel and width: name, width, hash of the reference's output.
    private static let vectorsPath =
        String(#filePath.dropLast("VisionKernelsTests.swift".count)) + "Vectors/kernels.txt"

    private static let referenceHashes = KernelCase.widths.map { KernelCase(width: $0).referenceHashes() }

    @Test(arguments: 0..<Int32(KernelTarget.available.count))
    func `every kernel equals its reference at every width on every instruction set`(index: Int32) {
        let target = nd_target_at(index)
        for (width, expected) in zip(KernelCase.widths, VisionKernelsTests.referenceHashes) {
            let actual = KernelCase(width: width).kernelHashes(on: target)
            for (kernel, name) in KernelCase.names.enumerated() where actual[kernel] != expected[kernel] {
                Issue.record("\(name) differs at width \(width) on \(KernelTarget.available[Int(index)])")
            }
        }
    }

    @Test func `the committed vectors are what the references compute`() throws {
        let lines = zip(KernelCase.widths, VisionKernelsTests.referenceHashes).flatMap { width, hashes in
            zip(KernelCase.names, hashes).map { "\($0) \(width) \(String($1, radix: 16))" }
        }
        let text = lines.joined(separator: "\n") + "\n"
        // After a wanted change of a reference: NEUROND_WRITE_VECTORS=1 swift test --filter 'committed vectors'.
        if ProcessInfo.processInfo.environment["NEUROND_WRITE_VECTORS"] != nil {
            try text.write(toFile: VisionKernelsTests.vectorsPath, atomically: true, encoding: .utf8)
        }
        let committed = try String(contentsOfFile: VisionKernelsTests.vectorsPath, encoding: .utf8)
        #expect(committed == text)
    }

    @Test func `a sum of every possible block divides exactly`() {
        // Flat pictures reach each sum that is a multiple of the area; one sample more or less reaches the rounding.
        for target in KernelTarget.available.indices {
            for factor in VisionKernels.factors {
                for level in stride(from: 0, through: 255, by: 5) {
                    for extra in [0, factor * factor / 2, factor * factor / 2 + 1] where extra <= factor * factor {
                        var block = [UInt8](repeating: UInt8(level), count: factor * factor)
                        for index in 0..<extra where level < 255 { block[index] += 1 }
                        var (expected, actual): ([UInt8], [UInt8]) = ([0], [0])
                        KernelReference.downscale(
                            block,
                            stride: factor,
                            width: factor,
                            height: factor,
                            factor: factor,
                            into: &expected,
                            resultStride: 1
                        )
                        nd_downscale(nd_target_at(Int32(target)), block, factor, factor, factor, factor, &actual, 1)
                        #expect(actual == expected, "factor \(factor), level \(level), \(extra) samples brighter")
                    }
                }
            }
        }
    }

    @Test func `a picture wider than one tile is shrunk as the reference does`() {
        let (width, height) = (7681, 16)
        var random = SplitMix64(seed: 5)
        let picture = (0..<width * height).map { _ in UInt8(random.next() >> 56) }
        for factor in VisionKernels.factors {
            var expected = [UInt8](repeating: 0, count: width * height)
            KernelReference.downscale(
                picture,
                stride: width,
                width: width,
                height: height,
                factor: factor,
                into: &expected,
                resultStride: width
            )
            for target in 0..<nd_target_count() {
                var actual = [UInt8](repeating: 0, count: width * height)
                nd_downscale(nd_target_at(target), picture, width, width, height, factor, &actual, width)
                #expect(actual == expected, "factor \(factor) on \(KernelTarget.available[Int(target)])")
            }
        }
    }
}

@Suite struct KernelTargetTests {
    @Test func `a name in any case chooses the target`() throws {
        for target in KernelTarget.available {
            #expect(try KernelTarget.named(target.name.lowercased()) == target)
        }
    }

    @Test func `no name and an empty name choose the best target`() throws {
        #expect(try KernelTarget.named(nil) == KernelTarget.available.first)
        #expect(try KernelTarget.named("") == KernelTarget.best)
    }

    @Test func `an unknown name is refused with the names that would be right`() {
        let error = #expect(throws: KernelTargetError.self) { try KernelTarget.named("MMX") }
        #expect(error?.description.contains("'MMX'") == true)
        for target in KernelTarget.available { #expect(error?.description.contains(target.name) == true) }
    }
}
