/// The net that finds plates, as its weights file describes it: the graph, exact integers, and no way to overflow.
///
/// Channels, layers and strides are the file's business, so that a newly trained net is a new file and no new code.
package struct PlateNet: Sendable, Hashable {
    /// What is taken from a luma sample, and by what it is multiplied then.
    package let inputMean: Int
    package let inputGain: Int
    /// The score from 0 to 1 from which on a find counts as a plate.
    package let threshold: Double
    package let layers: [Layer]
    package let heads: [Head]

    /// The edge of the blocks that a picture is padded to, in samples of the working picture.
    package static let block = 32
    /// Activations are in 1/128; this is 6 of them.
    static let sixInActivations = 768

    /// One layer; its output is the tensor of its number, counted from 1, and tensor 0 is the picture.
    package struct Layer: Sendable, Hashable {
        package var operation: Operation
        /// Rows and columns of the window: 1, 3 or 5.
        package var window: Int
        package var stride: Int
        package var isClamped: Bool
        package var input: Int
        /// The coarse tensor of an addition.
        package var coarse: Int?
        package var inputChannels: Int
        package var outputChannels: Int
        package var shift: Int
        /// `[output][row][column][input]` of a convolution, `[channel][row][column]` of a depthwise one.
        package var weights: [Int16]
        package var bias: [Int32]

        /// The smallest and the largest value that comes out.
        var limits: (low: Int, high: Int) {
            isClamped ? (0, PlateNet.sixInActivations) : (Int(Int16.min), Int(Int16.max))
        }
    }

    package enum Operation: UInt8, Sendable, Hashable {
        case convolution = 0
        case depthwise = 1
        /// The sum of a tensor and of one of half its size.
        case addUpsampled = 2
    }

    /// One place where boxes come out: objectness, dx, dy and the logarithms of width and height per cell.
    package struct Head: Sendable, Hashable {
        package static let channels = 5
        package var tensor: Int
        /// Samples of the working picture per cell.
        package var stride: Int
        /// The size that a cell's box has where the net says 0, in 1/128 samples of the working picture.
        package var priorWidth: Int
        package var priorHeight: Int
    }

    /// Samples of the working picture per sample of each tensor, tensor 0 first.
    package var tensorStrides: [Int] {
        layers.reduce(into: [1]) { strides, layer in strides.append(strides[layer.input] * layer.stride) }
    }
}

/// A weights file that is none, or one that could not be run safely.
package struct PlateNetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and where.
    package var reason: String

    package var description: String {
        "Could not read the plate net: \(reason). The weights file that belongs to this version is needed, unchanged."
    }
}
