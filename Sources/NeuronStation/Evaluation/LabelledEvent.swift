package import NeuronCore

/// Something that really happens in a clip, as a person labelled it.
package struct LabelledEvent: Sendable, Hashable {
    package var interval: ClipInterval
    /// Where it is in the middle of its time, in pixels of the picture as displayed; nil where the label does not say.
    package var box: LabelBox?
    /// The kind of alert that is to tell it.
    package var kind: String

    /// Makes an event.
    package init(_ interval: ClipInterval, box: LabelBox? = nil, kind: String = "motion") {
        self.interval = interval
        self.box = box
        self.kind = kind
    }
}

/// A rectangle of a label, in pixels and their parts.
package struct LabelBox: Sendable, Hashable {
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double

    /// Makes a box; nil unless its edges are numbers in their order.
    package init?(left: Double, top: Double, right: Double, bottom: Double) {
        guard left.isFinite, top.isFinite, right.isFinite, bottom.isFinite, left < right, top < bottom else {
            return nil
        }
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    /// Whether a box that was found is about this one: they share a tenth of their union, or its centre lies inside.
    package func isMet(by box: PixelBox) -> Bool {
        let (x, y) = (Double(box.left + box.right) / 2, Double(box.top + box.bottom) / 2)
        if left <= x, x <= right, top <= y, y <= bottom { return true }
        let width = min(right, Double(box.right)) - max(left, Double(box.left))
        let height = min(bottom, Double(box.bottom)) - max(top, Double(box.top))
        guard width > 0, height > 0 else { return false }
        let both = (right - left) * (bottom - top) + Double(box.width) * Double(box.height) - width * height
        return width * height >= 0.1 * both
    }
}
