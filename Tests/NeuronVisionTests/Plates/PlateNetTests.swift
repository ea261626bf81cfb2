import Foundation
import NeuronCore
import NeuronVision
import Testing

@Suite struct PlateNetTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    private static let weights = folder.appending(path: "../../../Sources/NeuronVision/Plates/plates.weights")

    @Test func `the program holds the committed weights, and they are those of the checksum`() throws {
        let file = Array(try Data(contentsOf: Self.weights))
        #expect(PlateNet.embeddedFile == file)
        let sum = SHA256.digest(of: file).hexadecimal
        let noted = try String(contentsOf: Self.weights.appendingPathExtension("sha256"), encoding: .utf8)
        #expect(noted.split(separator: " ").first.map(String.init) == sum)
        let net = try PlateNet.embedded.get()
        #expect(!net.heads.isEmpty && (0.05...0.95).contains(net.threshold))
    }

    @Test func `the trainer's test vector comes out bit for bit, of the reference and of every kernel`() throws {
        let vector = Array(try Data(contentsOf: Self.folder.appending(path: "plates-vector.bin")))
        let word = { (at: Int) in (0..<4).reduce(0) { $0 | Int(vector[at + $1]) << (8 * $1) } }
        let (width, height) = (word(0), word(4))
        let luma = Array(vector[8..<8 + width * height])
        let net = try PlateNet.embedded.get()
        let tensors = PlateNetReference.run(net, luma: luma, width: width, height: height)
        for target in KernelTarget.available {
            var finder = PlateFinder(net: net, target: target)
            finder.search(LumaPlane(samples: luma.span, width: width, height: height, stride: width))
            var at = 8 + width * height
            for head in net.heads {
                for row in 0..<height / head.stride {
                    for column in 0..<width / head.stride {
                        for channel in 0..<PlateNet.Head.channels {
                            let expected = Int(Int16(truncatingIfNeeded: Int(vector[at]) | Int(vector[at + 1]) << 8))
                            at += 2
                            let value = finder.value(tensor: head.tensor, channel: channel, row: row, column: column)
                            guard expected != value || expected != tensors[head.tensor][channel, row, column] else {
                                continue
                            }
                            Issue.record("tensor \(head.tensor), channel \(channel) at \(column), \(row) on \(target)")
                        }
                    }
                }
            }
            #expect(at == vector.count)
        }
    }

    @Test func `a file that is cut off anywhere, or goes on, is refused`() throws {
        let file = RandomNet.usual.file
        _ = try PlateNet(reading: file)
        for count in [0, 3, 4, 27, 28, 40, 44, 200, file.count / 2, file.count - 4, file.count - 1] {
            let error = #expect(throws: PlateNetError.self) { try PlateNet(reading: Array(file.prefix(count))) }
            #expect(error?.description.hasPrefix("Could not read the plate net: ") == true)
        }
        #expect(throws: PlateNetError.self) { try PlateNet(reading: file + [0]) }
    }

    @Test func `a file with changed bytes is refused or runs without harm`() throws {
        let file = RandomNet.usual.file
        var random = SplitMix64(seed: 11)
        let luma = RandomNet.picture(width: 64, height: 32, seed: 1)
        var refused = 0
        for _ in 0..<400 {
            var broken = file
            // Mostly in the header and the first layers' shapes, where the structure is.
            for _ in 0..<1 + Int(random.next() % 3) {
                let limit = random.next() % 2 == 0 ? 120 : file.count
                broken[Int(random.next() % UInt64(limit))] = UInt8(random.next() >> 56)
            }
            do {
                var finder = PlateFinder(net: try PlateNet(reading: broken))
                finder.search(LumaPlane(samples: luma.span, width: 64, height: 32, stride: 64))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 50)
    }

    @Test func `a net whose sums could overflow is refused`() throws {
        var net = RandomNet.usual
        // 72 taps of up to 32767 times 768 reach 1.8 billion; 600 of them pass 32 bits.
        net.largestWeight = 32_767
        let error = #expect(throws: PlateNetError.self) { try PlateNet(reading: net.file) }
        #expect(error?.description.contains("can leave 32 bits") == true)
    }

    @Test(arguments: 0..<9)
    func `a net whose parts do not fit is refused`(fault: Int) throws {
        var net = RandomNet.usual
        switch fault {
        case 0: net.layers[1].operation = 3
        case 1: net.layers[1].input = 2
        case 2: net.layers[1].inputChannels = 16
        case 3: net.layers[0].stride = 1
        case 4: net.layers[3].window = 2
        case 5: net.layers[9].coarse = 8 + 4
        case 6: net.heads[0] = (12, 16)
        case 7: net.heads[0] = (13, 8)
        default: net.layers[1].outputChannels = 12
        }
        #expect(throws: PlateNetError.self) { try PlateNet(reading: net.file) }
    }
}
