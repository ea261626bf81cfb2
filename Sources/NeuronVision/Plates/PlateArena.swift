import CVisionKernels

/// The memory that a net's tensors live in while it looks at one picture after the other.
///
/// It grows to the largest picture and then stays; a picture of the size of the one before finds everything in place.
struct PlateArena: Sendable {
    private let packed: PackedPlateNet
    private let target: KernelTarget
    private let strides: [Int]
    private var memory: [Int16] = []
    private var tensors: [nd_tensor] = []
    private var zeros = 0
    private var scratch = 0
    private var scratchStride = 0
    private var width = 0
    private var height = 0

    /// Samples that a cache line holds.
    private static let line = 32
    private static let margin = Int(ND_NET_MARGIN)
    /// Pixels behind each row.
    private static let slack = nd_net_slack()

    init(_ packed: PackedPlateNet, target: KernelTarget) {
        self.packed = packed
        self.target = target
        strides = packed.net.tensorStrides
        tensors.reserveCapacity(strides.count)
    }

    /// Makes room for a working picture, where the one before had another size.
    mutating func prepare(width: Int, height: Int) {
        guard width != self.width || height != self.height else { return }
        (self.width, self.height) = (width, height)
        // Kernels never write the zeros around rows and behind the picture; other sizes have them elsewhere.
        let needed = layOut(skew: 0)
        if memory.count < needed {
            memory = Array(repeating: 0, count: needed)
        } else {
            // What lies behind is of an earlier, larger picture, and not read for this one.
            memory.withUnsafeMutableBufferPointer { $0.extracting(..<needed).update(repeating: 0) }
        }
        let address = memory.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        _ = layOut(skew: (PlateArena.line - Int(address / 2 % UInt(PlateArena.line))) % PlateArena.line)
    }

    /// Places everything from an offset on that makes rows begin with a cache line; returns the samples that it takes.
    private mutating func layOut(skew: Int) -> Int {
        let block = PlateNet.block
        let padded = (width: (width + block - 1) / block * block, height: (height + block - 1) / block * block)
        tensors.removeAll(keepingCapacity: true)
        var cursor = skew + PlateArena.line
        for (index, stride) in strides.enumerated() {
            let channels = index == 0 ? 1 : packed.net.layers[index - 1].outputChannels
            // The picture is seen as pairs of neighbouring samples.
            let tensorWidth = index == 0 ? padded.width / 2 : padded.width / stride
            let tensor = nd_tensor(
                at: cursor,
                width: tensorWidth,
                height: padded.height / stride,
                pairs: index == 0 ? 1 : PackedPlateNet.pairs(channels: channels),
                stride: PlateArena.rowLength(tensorWidth)
            )
            tensors.append(tensor)
            cursor += tensor.height * tensor.pairs * tensor.stride
        }
        scratchStride = PlateArena.rowLength(padded.width / 2)
        zeros = cursor
        scratch = zeros + scratchStride + PlateArena.line
        return scratch + scratchRows * scratchStride + 2 * PlateArena.line
    }

    /// Samples from one row's start to the next, so that no row's slack reaches the margin of the next.
    private static func rowLength(_ width: Int) -> Int {
        (2 * (width + slack + 2 * margin) + line - 1) / line * line
    }

    private var scratchRows: Int {
        packed.layers.map { layer in
            switch layer.operation {
            case .addUpsampled: 0
            case .depthwise: 4 * Int(ND_NET_ZIPS)
            case .convolution: layer.columnStep == 2 ? layer.rows * tensors[layer.input].pairs * 2 : 0
            }
        }.max() ?? 0
    }

    /// Runs the net over a working picture of the prepared size.
    mutating func run(_ luma: [UInt8], stride: Int) {
        let net = packed.net
        nd_net_luma(
            target.handle,
            luma,
            stride,
            width,
            height,
            Int16(net.inputMean),
            Int16(net.inputGain),
            &memory,
            &tensors[0]
        )
        for (index, layer) in packed.layers.enumerated() { run(layer, output: index + 1) }
    }

    private mutating func run(_ layer: PackedPlateNet.Layer, output: Int) {
        var shape = nd_layer(
            rows: layer.rows,
            columns: layer.columns,
            top: layer.top,
            left: layer.left,
            row_step: layer.rowStep,
            column_step: layer.columnStep,
            shift: Int32(layer.shift),
            low: Int32(layer.low),
            high: Int32(layer.high),
            zeros: zeros,
            scratch: scratch,
            scratch_stride: scratchStride
        )
        var (source, result) = (tensors[layer.input], tensors[output])
        switch layer.operation {
        case .convolution:
            nd_net_conv(target.handle, &memory, &source, &result, &shape, layer.weights, layer.bias)
        case .depthwise:
            nd_net_depthwise(target.handle, &memory, &source, &result, &shape, layer.weights, layer.bias)
        case .addUpsampled:
            var coarse = tensors[layer.coarse ?? layer.input]
            nd_net_add(target.handle, &memory, &source, &coarse, &result, &shape)
        }
    }

    /// Columns and rows of a tensor; the picture's columns are pairs of samples.
    func size(of tensor: Int) -> (width: Int, height: Int) { (tensors[tensor].width, tensors[tensor].height) }

    /// A value that the last run left in a tensor.
    func value(tensor: Int, channel: Int, row: Int, column: Int) -> Int16 {
        let shape = tensors[tensor]
        return memory[shape.at + (row * shape.pairs + channel / 2) * shape.stride + 2 * column + channel % 2]
    }

    /// Calls `body` for each cell of a tensor whose first channel is at least `least`.
    func forEachCell(
        of tensor: Int,
        atLeast least: Int16,
        _ body: (_ row: Int, _ column: Int, _ values: [5 of Int16]) -> Void
    ) {
        let shape = tensors[tensor]
        for row in 0..<shape.height {
            let start = shape.at + row * shape.pairs * shape.stride
            for column in 0..<shape.width where memory[start + 2 * column] >= least {
                var values = [5 of Int16](repeating: 0)
                for channel in 0..<5 {
                    values[channel] = memory[start + channel / 2 * shape.stride + 2 * column + channel % 2]
                }
                body(row, column, values)
            }
        }
    }
}
