/// Proves of a net, before it ever runs, that its shapes fit and that no sum leaves 32 bits.
struct PlateNetProof {
    private let net: PlateNet

    /// What is known of a tensor.
    private struct Facts {
        var channels: Int
        var stride: Int
        /// The largest magnitude of a value.
        var bound: Int
    }

    /// Taps of the kernels' table: window rows x columns x pairs of channels.
    private static let mostTaps = 1600

    init(_ net: PlateNet) { self.net = net }

    /// - Throws: `PlateNetError` that names the layer or head.
    func check() throws(PlateNetError) {
        let brightest = max(net.inputMean, 255 - net.inputMean) * net.inputGain
        guard brightest <= Int(Int16.max) else { throw PlateNetError(reason: "its input leaves 16 bits") }
        var tensors = [Facts(channels: 1, stride: 1, bound: brightest)]
        for (index, layer) in net.layers.enumerated() {
            tensors.append(try facts(of: layer, number: index + 1, tensors: tensors))
        }
        for (index, head) in net.heads.enumerated() {
            guard tensors.indices.contains(head.tensor), head.tensor > 0 else {
                throw PlateNetError(reason: "head \(index) names tensor \(head.tensor), which there is not")
            }
            let sizes = 1...PlateNet.block * 128 * 128
            guard tensors[head.tensor].channels == PlateNet.Head.channels, tensors[head.tensor].stride == head.stride,
                sizes ~= head.priorWidth, sizes ~= head.priorHeight
            else { throw PlateNetError(reason: "head \(index) does not fit its tensor, or its prior is out of range") }
        }
    }

    private func facts(of layer: PlateNet.Layer, number: Int, tensors: [Facts]) throws(PlateNetError) -> Facts {
        let input = tensors[layer.input]
        guard input.channels == layer.inputChannels else {
            throw PlateNetError(reason: "layer \(number) takes \(layer.inputChannels) channels of \(input.channels)")
        }
        let stride = input.stride * layer.stride
        guard stride <= PlateNet.block else { throw PlateNetError(reason: "layer \(number) is coarser than 32") }
        if let coarse = layer.coarse {
            try checkAddition(layer, number: number, fine: input, coarse: tensors[coarse])
        } else {
            try checkShape(layer, number: number)
            try checkSums(layer, number: number, bound: input.bound)
        }
        let limits = layer.limits
        return Facts(channels: layer.outputChannels, stride: stride, bound: max(-limits.low, limits.high))
    }

    private func checkAddition(
        _ layer: PlateNet.Layer,
        number: Int,
        fine: Facts,
        coarse: Facts
    ) throws(PlateNetError) {
        guard layer.input > 0, coarse.stride == 2 * fine.stride, coarse.channels == fine.channels,
            layer.outputChannels == fine.channels
        else { throw PlateNetError(reason: "layer \(number) adds two tensors that don't fit") }
    }

    private func checkShape(_ layer: PlateNet.Layer, number: Int) throws(PlateNetError) {
        // Its one channel lies in memory as pairs of neighbours, which is what a step of two takes.
        let readsPicture = layer.input == 0
        guard !readsPicture || (layer.operation == .convolution && layer.stride == 2) else {
            throw PlateNetError(reason: "layer \(number) reads the picture and is no convolution with a stride of 2")
        }
        let isHead = layer.outputChannels == PlateNet.Head.channels && layer.operation == .convolution
        guard layer.outputChannels % 8 == 0 || isHead, readsPicture || layer.inputChannels % 8 == 0,
            layer.operation == .convolution || layer.inputChannels == layer.outputChannels,
            layer.window * layer.window * (layer.inputChannels + 1) / 2 <= PlateNetProof.mostTaps
        else { throw PlateNetError(reason: "layer \(number) has channels that the kernels don't take") }
    }

    private func checkSums(_ layer: PlateNet.Layer, number: Int, bound: Int) throws(PlateNetError) {
        let perOutput = layer.weights.count / layer.outputChannels
        for channel in 0..<layer.outputChannels {
            let weights = layer.weights[channel * perOutput..<(channel + 1) * perOutput]
            let largest = weights.reduce(0) { $0 + abs(Int($1)) } * bound
            let constant = Int(layer.bias[channel].magnitude) + (1 << (layer.shift - 1))
            guard largest + constant < 1 << 31 else {
                throw PlateNetError(reason: "a sum of layer \(number) can leave 32 bits in channel \(channel)")
            }
        }
    }
}
