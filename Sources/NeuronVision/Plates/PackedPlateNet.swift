/// A net's weights in the order in which the kernels read them.
struct PackedPlateNet: Sendable {
    /// One layer's window, as the kernels see it, and its weights as lanes of two.
    struct Layer: Sendable {
        var operation: PlateNet.Operation
        var input: Int
        var coarse: Int?
        var rows: Int
        var columns: Int
        var top: Int
        var left: Int
        var rowStep: Int
        var columnStep: Int
        var shift: Int
        var low: Int
        var high: Int
        var weights: [Int32] = []
        /// With the half that rounds.
        var bias: [Int32] = []
    }

    let net: PlateNet
    let layers: [Layer]

    /// Packs a net whose shapes and sums were proven.
    init(_ net: PlateNet) {
        self.net = net
        layers = net.layers.map(PackedPlateNet.packed)
    }

    /// Pairs of channels that a tensor has in memory: the kernels make four channels at a time.
    static func pairs(channels: Int) -> Int { (channels + 3) / 4 * 2 }

    private static func packed(_ layer: PlateNet.Layer) -> Layer {
        let before = (layer.window - 1) / 2
        // The picture's one channel lies as pairs of neighbours: its columns are taken two at a time.
        let readsPicture = layer.input == 0
        var packed = Layer(
            operation: layer.operation,
            input: layer.input,
            coarse: layer.coarse,
            rows: layer.window,
            columns: readsPicture ? (layer.window + 1) / 2 : layer.window,
            top: before,
            left: readsPicture ? (before + 1) / 2 : before,
            rowStep: layer.stride,
            columnStep: readsPicture ? 1 : layer.stride,
            shift: layer.shift,
            low: layer.limits.low,
            high: layer.limits.high
        )
        guard layer.operation != .addUpsampled else { return packed }
        let rounding = Int32(1) << (layer.shift - 1)
        packed.bias = layer.bias.map { $0 + rounding }
        packed.bias += Array(repeating: 0, count: pairs(channels: layer.outputChannels) * 2 - packed.bias.count)
        switch layer.operation {
        case .depthwise: packed.weights = depthwiseLanes(layer)
        default: packed.weights = readsPicture ? pictureLanes(layer, packed) : convolutionLanes(layer)
        }
        return packed
    }

    private static func lane(_ low: Int16, _ high: Int16) -> Int32 {
        Int32(bitPattern: UInt32(UInt16(bitPattern: high)) << 16 | UInt32(UInt16(bitPattern: low)))
    }

    /// For each two pairs of output channels, for each tap, four lanes.
    private static func blocks(_ layer: PlateNet.Layer, _ lane: (_ output: Int, _ tap: Int) -> Int32, taps: Int)
        -> [Int32]
    {
        let blocks = pairs(channels: layer.outputChannels) / 2
        return (0..<blocks).flatMap { block in
            (0..<taps).flatMap { tap in
                (0..<4).map { block * 4 + $0 < layer.outputChannels ? lane(block * 4 + $0, tap) : 0 }
            }
        }
    }

    private static func convolutionLanes(_ layer: PlateNet.Layer) -> [Int32] {
        let (inputs, pairs) = (layer.inputChannels, pairs(channels: layer.inputChannels))
        let area = layer.window * layer.window
        return blocks(
            layer,
            { output, tap in
                let (place, pair) = tap.quotientAndRemainder(dividingBy: pairs)
                let at = (output * area + place) * inputs
                let (low, high) = (2 * pair, 2 * pair + 1)
                return lane(
                    low < inputs ? layer.weights[at + low] : 0,
                    high < inputs ? layer.weights[at + high] : 0
                )
            },
            taps: area * pairs
        )
    }

    private static func pictureLanes(_ layer: PlateNet.Layer, _ packed: Layer) -> [Int32] {
        let before = (layer.window - 1) / 2
        return blocks(
            layer,
            { output, tap in
                let (row, column) = tap.quotientAndRemainder(dividingBy: packed.columns)
                let weight = { (offset: Int) -> Int16 in
                    let at = offset + before
                    guard 0..<layer.window ~= at else { return 0 }
                    return layer.weights[(output * layer.window + row) * layer.window + at]
                }
                let offset = 2 * (column - packed.left)
                return lane(weight(offset), weight(offset + 1))
            },
            taps: packed.rows * packed.columns
        )
    }

    private static func depthwiseLanes(_ layer: PlateNet.Layer) -> [Int32] {
        let window = layer.window
        return (0..<layer.outputChannels).flatMap { channel in
            (0..<(window + 1) / 2).flatMap { pair in
                (0..<window).map { column in
                    let upper = (channel * window + 2 * pair) * window + column
                    let isInside = 2 * pair + 1 < window
                    return lane(layer.weights[upper], isInside ? layer.weights[upper + window] : 0)
                }
            }
        }
    }
}
