package import NeuronCore

/// One format that a device offers, with its sizes.
package struct CaptureOffer: Sendable, Hashable {
    package var code: PixelCode
    /// In the driver's words: `Motion-JPEG`.
    package var name: String
    /// Whether libv4l2 makes it of another format.
    package var isConverted: Bool
    package var sizes: [Size]

    /// Makes an offer.
    package init(code: PixelCode, name: String, isConverted: Bool = false, sizes: [Size]) {
        self.code = code
        self.name = name
        self.isConverted = isConverted
        self.sizes = sizes
    }

    /// One size with the rates at which it comes.
    package struct Size: Sendable, Hashable {
        /// The size; where there is a range, the one in it that is nearest to what is wished.
        package var size: FrameSize
        /// The range that it is part of.
        package var range: Range?
        /// Frames per second, highest first; empty where the device does not say.
        package var rates: [Ratio]
        /// Whether every rate between the lowest and the highest is possible.
        package var isAnyRateBetween: Bool

        /// Makes a size.
        package init(_ size: FrameSize, range: Range? = nil, rates: [Ratio] = [], isAnyRateBetween: Bool = false) {
            self.size = size
            self.range = range
            self.rates = rates.sorted { $0.value > $1.value }
            self.isAnyRateBetween = isAnyRateBetween
        }
    }

    /// Sizes from one to another, in steps of pixels.
    package struct Range: Sendable, Hashable {
        package var smallest: FrameSize
        package var largest: FrameSize
        package var step: FrameSize

        /// Makes a range; a step of 0 counts as 1.
        package init(smallest: FrameSize, largest: FrameSize, step: FrameSize) {
            self.smallest = smallest
            self.largest = largest
            self.step = FrameSize(width: max(1, step.width), height: max(1, step.height))
        }

        /// The size in it that is nearest to another, rounded down to a step.
        func nearest(to size: FrameSize) -> FrameSize {
            FrameSize(
                width: Self.nearest(size.width, smallest.width, largest.width, step.width),
                height: Self.nearest(size.height, smallest.height, largest.height, step.height)
            )
        }

        private static func nearest(_ wished: Int, _ least: Int, _ most: Int, _ step: Int) -> Int {
            let within = max(least, min(wished, most))
            return least + (within - least) / step * step
        }
    }
}
