/// A weights file with every operation, window and stride, and random numbers in it.
///
/// It finds nothing sensible; what it computes is as good a test of the arithmetic as any.
struct RandomNet {
    /// One layer of the file before its numbers are drawn.
    struct Layer {
        var operation: UInt8
        var window: UInt8 = 1
        var stride: UInt8 = 1
        var isClamped: UInt8 = 1
        var input: UInt16
        var coarse: UInt16 = 0xFFFF
        var inputChannels: UInt16
        var outputChannels: UInt16
        var shift: UInt16 = 8
    }

    var mean: UInt32 = 110
    var gain: UInt32 = 2
    var threshold: Int32 = 400
    var layers: [Layer]
    var heads: [(tensor: UInt16, stride: UInt16)]
    var largestWeight: UInt64 = 400
    var seed: UInt64 = 1

    /// Three scales, all windows, both strides, an addition, two heads.
    static let usual = RandomNet(
        layers: [
            Layer(operation: 0, window: 3, stride: 2, input: 0, inputChannels: 1, outputChannels: 8),
            Layer(operation: 0, window: 3, stride: 2, input: 1, inputChannels: 8, outputChannels: 16),
            Layer(operation: 0, window: 5, stride: 2, input: 2, inputChannels: 16, outputChannels: 24, shift: 10),
            Layer(operation: 1, window: 5, input: 3, inputChannels: 24, outputChannels: 24),
            Layer(operation: 0, isClamped: 0, input: 4, inputChannels: 24, outputChannels: 40),
            Layer(operation: 1, window: 5, stride: 2, input: 5, inputChannels: 40, outputChannels: 40),
            Layer(operation: 0, window: 3, input: 6, inputChannels: 40, outputChannels: 32, shift: 10),
            Layer(operation: 1, window: 3, stride: 2, input: 7, inputChannels: 32, outputChannels: 32),
            Layer(operation: 0, isClamped: 0, input: 8, inputChannels: 32, outputChannels: 32),
            Layer(
                operation: 2,
                isClamped: 0,
                input: 7,
                coarse: 9,
                inputChannels: 32,
                outputChannels: 32
            ),
            Layer(operation: 1, window: 1, input: 10, inputChannels: 32, outputChannels: 32),
            Layer(operation: 1, window: 3, input: 11, inputChannels: 32, outputChannels: 32),
            Layer(operation: 0, isClamped: 0, input: 12, inputChannels: 32, outputChannels: 5, shift: 9),
            Layer(operation: 0, stride: 2, isClamped: 1, input: 5, inputChannels: 40, outputChannels: 16),
            Layer(operation: 0, window: 5, isClamped: 0, input: 14, inputChannels: 16, outputChannels: 5, shift: 10),
        ],
        heads: [(13, 16), (15, 16)]
    )

    /// The file's bytes.
    var file: [UInt8] {
        var random = SplitMix64(seed: seed)
        var file = Array("NDPW".utf8)
        for value in [1, mean, gain, UInt32(bitPattern: threshold), UInt32(layers.count), UInt32(heads.count)] {
            file.append(value)
        }
        for layer in layers {
            file += [layer.operation, layer.window, layer.stride, layer.isClamped]
            file.append(layer.input)
            file.append(layer.coarse)
            file.append(layer.inputChannels)
            file.append(layer.outputChannels)
            file.append(layer.shift)
            file.append(UInt16(0))
            guard layer.operation != 2 else { continue }
            let inputs = layer.operation == 0 ? Int(layer.inputChannels) : 1
            for _ in 0..<Int(layer.outputChannels) * Int(layer.window) * Int(layer.window) * inputs {
                file.append(Int16(Int(random.next() % (2 * largestWeight + 1)) - Int(largestWeight)))
            }
            for _ in 0..<layer.outputChannels { file.append(Int32(Int(random.next() % 65_536) - 32_768)) }
        }
        for head in heads {
            file.append(head.tensor)
            file.append(head.stride)
            file.append(Int32(64 * 128))
            file.append(Int32(16 * 128))
        }
        return file + Array("NDPE".utf8)
    }

    /// A picture of random blocks and noise.
    static func picture(width: Int, height: Int, seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        let blocks = (0..<64).map { _ in Int(random.next() >> 56) }
        return (0..<width * height).map { index in
            let (y, x) = index.quotientAndRemainder(dividingBy: width)
            let block = blocks[(x / 7 + y / 5 * 3) % 64]
            return UInt8(min(255, block + Int(random.next() % 24)))
        }
    }
}

extension [UInt8] {
    /// Appends a number, little endian.
    fileprivate mutating func append(_ value: some FixedWidthInteger) {
        for byte in 0..<value.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }
}
