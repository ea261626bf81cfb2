extension PlateNet {
    private static let magic = Array("NDPW".utf8)
    private static let endMagic = Array("NDPE".utf8)
    private static let mostLayers = 256
    private static let mostHeads = 8

    /// Reads a weights file and proves that no sum in it can overflow.
    ///
    /// - Parameter file: the file's bytes; little endian, the shape that `scripts/train-plates` writes.
    /// - Throws: `PlateNetError` where anything is missing, left over, out of its range or not provably safe.
    package init(reading file: [UInt8]) throws(PlateNetError) {
        var bytes = WeightBytes(file)
        try bytes.expect(PlateNet.magic, "the file's beginning")
        guard try bytes.integer(UInt32.self) == 1 else { throw PlateNetError(reason: "its version is not 1") }
        inputMean = Int(try bytes.integer(UInt32.self))
        inputGain = Int(try bytes.integer(UInt32.self))
        let threshold = Int(try bytes.integer(Int32.self))
        self.threshold = Double(threshold) / 1000
        let layerCount = Int(try bytes.integer(UInt32.self))
        let headCount = Int(try bytes.integer(UInt32.self))
        guard inputMean <= 255, 1...127 ~= inputGain, 1...999 ~= threshold, 1...PlateNet.mostLayers ~= layerCount,
            1...PlateNet.mostHeads ~= headCount
        else { throw PlateNetError(reason: "its header has a value out of range") }
        var layers: [Layer] = []
        for number in 1...layerCount { layers.append(try bytes.layer(number: number)) }
        var heads: [Head] = []
        for _ in 0..<headCount { heads.append(try bytes.head()) }
        try bytes.expect(PlateNet.endMagic, "the file's end")
        guard bytes.isAtEnd else { throw PlateNetError(reason: "there are bytes after its end") }
        self.layers = layers
        self.heads = heads
        try PlateNetProof(self).check()
    }
}

/// A weights file, read from its beginning to its end.
private struct WeightBytes {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func expect(_ magic: [UInt8], _ what: String) throws(PlateNetError) {
        guard bytes.count - position >= magic.count, bytes[position..<position + magic.count].elementsEqual(magic)
        else { throw PlateNetError(reason: "\(what) is not at byte \(position)") }
        position += magic.count
    }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) throws(PlateNetError) -> Value {
        let size = Value.bitWidth / 8
        guard bytes.count - position >= size else {
            throw PlateNetError(reason: "it is cut off at byte \(bytes.count)")
        }
        defer { position += size }
        var value: Value = 0
        for index in 0..<size { value |= Value(truncatingIfNeeded: bytes[position + index]) << (8 * index) }
        return value
    }

    private mutating func integers<Value: FixedWidthInteger>(
        _ count: Int,
        _: Value.Type
    ) throws(PlateNetError) -> [Value] {
        guard (bytes.count - position) / (Value.bitWidth / 8) >= count else {
            throw PlateNetError(reason: "it is cut off at byte \(bytes.count)")
        }
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try integer(Value.self)) }
        return values
    }

    mutating func layer(number: Int) throws(PlateNetError) -> PlateNet.Layer {
        guard let operation = PlateNet.Operation(rawValue: try integer(UInt8.self)) else {
            throw PlateNetError(reason: "layer \(number) has an unknown operation")
        }
        let (window, stride, activation) = (
            try integer(UInt8.self), try integer(UInt8.self), try integer(UInt8.self)
        )
        let (input, coarse) = (try integer(UInt16.self), try integer(UInt16.self))
        let (inputChannels, outputChannels) = (Int(try integer(UInt16.self)), Int(try integer(UInt16.self)))
        let (shift, reserved) = (try integer(UInt16.self), try integer(UInt16.self))
        let isAddition = operation == .addUpsampled
        guard isAddition || [1, 3, 5].contains(window), isAddition || 1...2 ~= stride, activation <= 1, reserved == 0,
            isAddition || 1...30 ~= shift, Int(input) < number, isAddition ? coarse < number : coarse == 0xFFFF,
            1...512 ~= inputChannels, 1...512 ~= outputChannels
        else { throw PlateNetError(reason: "layer \(number) has a value out of range") }
        var layer = PlateNet.Layer(
            operation: operation,
            window: isAddition ? 1 : Int(window),
            stride: isAddition ? 1 : Int(stride),
            isClamped: activation == 1,
            input: Int(input),
            coarse: isAddition ? Int(coarse) : nil,
            inputChannels: inputChannels,
            outputChannels: outputChannels,
            shift: Int(shift),
            weights: [],
            bias: []
        )
        guard !isAddition else { return layer }
        let perOutput = layer.window * layer.window * (operation == .convolution ? inputChannels : 1)
        layer.weights = try integers(outputChannels * perOutput, Int16.self)
        layer.bias = try integers(outputChannels, Int32.self)
        return layer
    }

    mutating func head() throws(PlateNetError) -> PlateNet.Head {
        PlateNet.Head(
            tensor: Int(try integer(UInt16.self)),
            stride: Int(try integer(UInt16.self)),
            priorWidth: Int(try integer(Int32.self)),
            priorHeight: Int(try integer(Int32.self))
        )
    }
}
