package import NeuronCore

/// Looks for plates where something moves, a few times a second.
///
/// Each look takes one region at the scale that suits it: what moves far away is seen pixel by pixel, what fills the
/// picture is seen whole and in halves in turn. Times are media time; the same frames give the same looks.
package struct PlateSearch: Sendable {
    /// How it searches one camera's pictures.
    package struct Settings: Sendable, Hashable {
        /// Finds below this score are no plates; nil for the net's own threshold.
        package var minimumScore: Double?
        /// Looks a second at most.
        package var searchesPerSecond: Int
        /// Plates that are narrower are not told, in pixels of the displayed picture.
        package var minimumWidth: Int
        /// Parts of the stored picture that are burned before anything is looked at.
        package var masks: [RelativePolygon]

        /// Makes settings of all their parts.
        package init(minimumScore: Double?, searchesPerSecond: Int, minimumWidth: Int, masks: [RelativePolygon]) {
            self.minimumScore = minimumScore
            self.searchesPerSecond = searchesPerSecond
            self.minimumWidth = minimumWidth
            self.masks = masks
        }
    }

    private let settings: Settings
    private let orientation: PictureOrientation
    private let interval: TimeSpan
    private var finder: PlateFinder
    private var regions: [PixelBox] = []
    private var turned: [UInt8] = []
    private var nextLook: MediaTime?
    private var turn = 0

    /// A moving thing's box is grown by this part of its size and by so many pixels: a plate hangs at its edge.
    private static let padding = (part: 8, pixels: 24)
    /// A region is at least so large, in pixels: the net needs surroundings.
    private static let smallest = FrameSize(width: 160, height: 96)
    /// Wider regions are also searched in halves, as far plates are lost when they are shrunk.
    private static let widestWhole = 960

    /// Makes a search for pictures of one orientation.
    package init(settings: Settings, net: PlateNet, orientation: PictureOrientation, target: KernelTarget) {
        self.settings = settings
        self.orientation = orientation
        interval = TimeSpan(nanoseconds: 1_000_000_000 / Int64(max(settings.searchesPerSecond, 1)))
        finder = PlateFinder(net: net, minimumScore: settings.minimumScore, target: target)
    }

    /// The score from which on finds are told.
    package var threshold: Double { settings.minimumScore ?? finder.net.threshold }

    /// Whether a picture of this time would be searched, if anything moved in it.
    package func isDue(at time: MediaTime) -> Bool {
        guard let nextLook, time < nextLook else { return true }
        // A stream that begins anew may begin earlier.
        return nextLook - time > interval
    }

    /// Looks for plates, if it is time and anything moves.
    ///
    /// - Parameters:
    ///   - plane: the stored picture.
    ///   - moving: the boxes of what moves, in stored pixels.
    ///   - time: the picture's time.
    /// - Returns: nil where nothing was searched.
    package mutating func observe(
        _ plane: borrowing LumaPlane,
        moving: [PixelBox],
        at time: MediaTime
    ) -> PlateObservation? {
        guard isDue(at: time) else { return nil }
        collect(moving, in: plane.size)
        guard !regions.isEmpty else { return nil }
        nextLook = time + interval
        turn += 1
        return look(plane, in: regions[turn % regions.count])
    }

    private mutating func look(_ plane: borrowing LumaPlane, in region: PixelBox) -> PlateObservation {
        let size = plane.size
        let shown = orientation.displayed(region, of: size)
        let masks = BurnedMasks(masks: settings.masks, frame: size)
        var plates: [PlateReading] = []
        if orientation == .upright && masks.isEmpty {
            finder.search(plane, in: region)
            plates = readings(plane, offset: (0, 0))
        } else {
            turn(plane, region, masks)
            // Shared, not copied: the finder and the samples are both parts of this value.
            let samples = turned
            let part = LumaPlane(samples: samples.span, width: shown.width, height: shown.height, stride: shown.width)
            finder.search(part)
            plates = readings(part, offset: (shown.left, shown.top))
        }
        return PlateObservation(searched: shown, plates: plates)
    }

    private func readings(_ plane: borrowing LumaPlane, offset: (x: Int, y: Int)) -> [PlateReading] {
        var readings: [PlateReading] = []
        for plate in finder.plates where plate.width >= Double(settings.minimumWidth) && PlateSearch.isWide(plate) {
            let box = PixelBox(
                left: Int(plate.left.rounded()),
                top: Int(plate.top.rounded()),
                right: Int(plate.right.rounded()),
                bottom: Int(plate.bottom.rounded())
            )
            let sharpness = PlateSharpness.measure(plane, box)
            let moved = PixelBox(
                left: box.left + offset.x,
                top: box.top + offset.y,
                right: box.right + offset.x,
                bottom: box.bottom + offset.y
            )
            readings.append(PlateReading(box: moved, score: plate.score, sharpness: sharpness))
        }
        return readings
    }

    /// Whether a box is wider than high, as plates of one and of two lines are, and lamps, windows and people are not.
    private static func isWide(_ plate: PlateBox) -> Bool { plate.width >= 1.15 * plate.height }

    /// The regions that are searched in turn: grown, joined where they overlap, and large ones also in halves.
    private mutating func collect(_ moving: [PixelBox], in size: FrameSize) {
        regions.removeAll(keepingCapacity: true)
        for box in moving {
            var region = PlateSearch.grown(box, in: size)
            // What joins may reach another one then.
            while let index = regions.firstIndex(where: { $0.overlaps(region) }) {
                region = region.union(regions.remove(at: index))
            }
            regions.append(region)
        }
        for region in regions where region.width > PlateSearch.widestWhole {
            let half = region.width * 5 / 8
            regions.append(
                PixelBox(left: region.left, top: region.top, right: region.left + half, bottom: region.bottom)
            )
            regions.append(
                PixelBox(left: region.right - half, top: region.top, right: region.right, bottom: region.bottom)
            )
        }
    }

    private static func grown(_ box: PixelBox, in size: FrameSize) -> PixelBox {
        let across = max(box.width / padding.part + padding.pixels, (smallest.width - box.width) / 2)
        let down = max(box.height / padding.part + padding.pixels, (smallest.height - box.height) / 2)
        return PixelBox(
            left: max(box.left - across, 0),
            top: max(box.top - down, 0),
            right: min(box.right + across, size.width),
            bottom: min(box.bottom + down, size.height)
        )
    }

    /// Copies a region as it is displayed, with its masks burned.
    private mutating func turn(_ plane: borrowing LumaPlane, _ region: PixelBox, _ masks: BurnedMasks) {
        let (width, height) = (region.width, region.height)
        let shown = orientation.displayed(FrameSize(width: width, height: height))
        if turned.count < width * height { turned = Array(repeating: 0, count: width * height) }
        var row = [UInt8](repeating: 0, count: width)
        for y in 0..<height {
            let start = (region.top + y) * plane.stride + region.left
            for x in 0..<width { row[x] = plane.samples[start + x] }
            masks.burn(&row, left: region.left, y: region.top + y)
            for x in 0..<width {
                switch orientation {
                case .upright: turned[y * shown.width + x] = row[x]
                case .clockwise: turned[x * shown.width + height - 1 - y] = row[x]
                case .upsideDown: turned[(height - 1 - y) * shown.width + width - 1 - x] = row[x]
                case .counterClockwise: turned[(width - 1 - x) * shown.width + y] = row[x]
                }
            }
        }
    }
}

extension PixelBox {
    /// Whether both have a pixel in common.
    fileprivate func overlaps(_ other: PixelBox) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }
}
