package import NeuronCore

/// How well a picture shows what an alert is about, from 0 to 1: large, whole and sharp.
package enum PictureScore {
    /// What fills this part of the picture in each direction is as large as it need be.
    private static let largest = 0.5
    /// What the picture's edge cuts is worth this part.
    private static let cutShare = 0.5
    /// What is blurred beyond recognition is worth this part.
    private static let bluntShare = 0.5

    /// The score of a thing in a picture.
    ///
    /// - Parameters:
    ///   - box: around the thing, in pixels of the picture.
    ///   - size: the picture's.
    ///   - sharpness: how much of its contrast lies in single pixels, 0 for a blur, 1 and more for crisp edges.
    /// - Returns: 0 to 1.
    package static func of(_ box: PixelBox, in size: FrameSize, sharpness: Double) -> Double {
        let area = Double(max(box.width, 0) * max(box.height, 0)) / Double(max(size.width * size.height, 1))
        let extent = min(area.squareRoot() / largest, 1)
        let isCut = box.left <= 0 || box.top <= 0 || box.right >= size.width || box.bottom >= size.height
        let crispness = bluntShare + (1 - bluntShare) * min(max(sharpness, 0), 1)
        return extent * (isCut ? cutShare : 1) * crispness
    }

    /// The share of a region's contrast that lies between neighbours, by a sample of its pixels: microseconds for any size.
    ///
    /// - Parameters:
    ///   - plane: the stored picture.
    ///   - box: in stored pixels.
    /// - Returns: 0 for a blur or a flat region, about 1 for crisp edges.
    package static func sharpness(_ plane: borrowing LumaPlane, in box: PixelBox) -> Double {
        let (left, right) = (max(box.left, 1), min(box.right, plane.width - 1))
        let (top, bottom) = (max(box.top, 0), min(box.bottom, plane.height))
        guard left < right, top < bottom else { return 0 }
        let (across, down) = (max(1, (right - left) / 48), max(1, (bottom - top) / 32))
        var (bends, sum, squares, count) = (0, 0, 0, 0)
        for y in stride(from: top, to: bottom, by: down) {
            for x in stride(from: left, to: right, by: across) {
                let at = y * plane.stride + x
                let middle = Int(plane.samples[at])
                bends += abs(2 * middle - Int(plane.samples[at - 1]) - Int(plane.samples[at + 1]))
                sum += middle
                squares += middle * middle
                count += 1
            }
        }
        let variance = max(squares / count - (sum / count) * (sum / count), 0)
        // A few levels are noise: a flat thing is not crisp.
        return Double(bends) / Double(count) / (Double(variance).squareRoot() + 4)
    }
}
