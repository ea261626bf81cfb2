import NeuronCore

/// One video node of this machine: `neurond devices --json` prints it as it is.
package struct DeviceReport: Sendable, Hashable, Encodable {
    /// The node: `/dev/video0`.
    package var path: String
    /// What to write as `source`: the name that stays the same when devices are plugged in another order, else the node.
    package var source: String
    /// Below /dev/v4l/by-id: named after maker, model and serial number.
    package var byID: [String] = []
    /// Below /dev/v4l/by-path: named after the socket that it is plugged into.
    package var byPath: [String] = []
    package var card: String?
    package var driver: String?
    package var bus: String?
    package var kind = Kind.unknown
    package var formats: [Format] = []
    package var controls: [DeviceControl] = []
    /// What would be taken without further settings.
    package var choice: Choice?
    /// Why it can't be used, or is only partly known.
    package var problem: String?

    init(path: String, source: String) {
        self.path = path
        self.source = source
    }

    /// What a node is for.
    package enum Kind: String, Sendable, Hashable, Encodable {
        /// Pictures come from it.
        case camera
        case metadata
        case codec
        /// An output, a radio, or something else.
        case other
        /// It could not be asked.
        case unknown
    }

    /// A format with its sizes.
    package struct Format: Sendable, Hashable, Encodable {
        /// Four characters: `MJPG`.
        package var code: String
        package var name: String
        /// The word for it in a configuration; nil where it is not read as it is.
        package var word: CaptureFormat?
        package var sizes: [Size]

        /// One size, or a range of them.
        package struct Size: Sendable, Hashable, Encodable {
            package var width: Int
            package var height: Int
            /// Of a range: its largest size, `width` and `height` being the smallest.
            package var upTo: Extent?
            /// Frames per second, highest first; of a range of rates, its ends.
            package var rates: [Double]
        }

        /// The end of a range.
        package struct Extent: Sendable, Hashable, Encodable {
            package var width: Int
            package var height: Int
        }

        init(_ offer: CaptureOffer) {
            code = offer.code.description
            name = offer.name
            word = CaptureFormat(offer.code)
            sizes = offer.sizes.map { size in
                let start = size.range?.smallest ?? size.size
                return Size(
                    width: start.width,
                    height: start.height,
                    upTo: size.range.map { Extent(width: $0.largest.width, height: $0.largest.height) },
                    rates: size.rates.map(\.value)
                )
            }
        }
    }

    /// What ``FormatChoice`` takes.
    package struct Choice: Sendable, Hashable, Encodable {
        package var format: CaptureFormat
        package var width: Int
        package var height: Int
        package var framesPerSecond: Double?
        /// Whether libv4l2 makes it of another format.
        package var isConverted: Bool

        init(_ choice: FormatChoice) {
            format = choice.format
            width = choice.size.width
            height = choice.size.height
            framesPerSecond = choice.rate?.value
            isConverted = choice.isConverted
        }
    }
}
