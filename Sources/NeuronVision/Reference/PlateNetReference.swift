/// The plate net's specification: what each layer computes, value by value, with nothing done for speed.
package enum PlateNetReference {
    /// A stack of pictures, one per channel.
    package struct Tensor: Sendable, Hashable {
        package let channels: Int
        package let width: Int
        package let height: Int
        /// `[channel][row][column]`.
        package var values: [Int]

        init(channels: Int, width: Int, height: Int) {
            self.channels = channels
            self.width = width
            self.height = height
            values = Array(repeating: 0, count: channels * width * height)
        }

        /// A value; 0 outside of the picture.
        package subscript(channel: Int, row: Int, column: Int) -> Int {
            guard 0..<height ~= row, 0..<width ~= column else { return 0 }
            return values[(channel * height + row) * width + column]
        }
    }

    /// Runs a net.
    ///
    /// - Parameters:
    ///   - net: a net whose shapes were proven.
    ///   - luma: the working picture, rows without gaps.
    ///   - width: its width; it is padded to a multiple of 32 here.
    ///   - height: its height, padded likewise.
    /// - Returns: every tensor, the picture first.
    package static func run(_ net: PlateNet, luma: [UInt8], width: Int, height: Int) -> [Tensor] {
        let block = PlateNet.block
        var input = Tensor(
            channels: 1,
            width: (width + block - 1) / block * block,
            height: (height + block - 1) / block * block
        )
        for y in 0..<height {
            for x in 0..<width {
                input.values[y * input.width + x] = (Int(luma[y * width + x]) - net.inputMean) * net.inputGain
            }
        }
        return net.layers.reduce(into: [input]) { tensors, layer in
            let coarse = layer.coarse.map { tensors[$0] }
            tensors.append(output(of: layer, tensors[layer.input], coarse: coarse))
        }
    }

    private static func output(of layer: PlateNet.Layer, _ input: Tensor, coarse: Tensor?) -> Tensor {
        var output = Tensor(
            channels: layer.outputChannels,
            width: (input.width + layer.stride - 1) / layer.stride,
            height: (input.height + layer.stride - 1) / layer.stride
        )
        let limits = layer.limits
        var index = 0
        for channel in 0..<output.channels {
            for y in 0..<output.height {
                for x in 0..<output.width {
                    let value =
                        coarse.map { input[channel, y, x] + $0[channel, y / 2, x / 2] }
                        ?? sum(layer, input, channel: channel, y: y * layer.stride, x: x * layer.stride)
                    output.values[index] = min(max(value, limits.low), limits.high)
                    index += 1
                }
            }
        }
        return output
    }

    private static func sum(_ layer: PlateNet.Layer, _ input: Tensor, channel: Int, y: Int, x: Int) -> Int {
        let (window, before) = (layer.window, (layer.window - 1) / 2)
        var sum = Int(layer.bias[channel]) + (1 << (layer.shift - 1))
        for row in 0..<window {
            for column in 0..<window {
                let at = (channel * window + row) * window + column
                if layer.operation == .depthwise {
                    sum += Int(layer.weights[at]) * input[channel, y + row - before, x + column - before]
                } else {
                    for source in 0..<layer.inputChannels {
                        let weight = Int(layer.weights[at * layer.inputChannels + source])
                        sum += weight * input[source, y + row - before, x + column - before]
                    }
                }
            }
        }
        return sum >> layer.shift
    }
}
