import NeuronConfiguration
import NeuronCore
import NeuronVision

/// Draws what the detector saw on a picture.
///
/// One function per kind of finding, in the order of ``draw(_:on:orientation:)``. What is told of other kinds (tamper, plates, light)
/// is drawn by its name; whatever shall show more gets a field in ``PictureSight`` and a function of its own there.
struct PictureAnnotator {
    private let camera: CameraConfiguration
    private var told = ToldEvents()
    private var masks: (size: FrameSize, raster: PolygonRaster)?

    /// Cells in which fewer samples differ are speckle to the detector.
    private static let fewestPerCell = 3
    /// Cells that fire less often by themselves are nothing to speak of.
    private static let restless = 48

    init(_ camera: CameraConfiguration) { self.camera = camera }

    /// Takes the line of an event that was told.
    mutating func note(_ line: [UInt8]) { told.take(line) }

    /// Draws everything; the picture is as displayed, and what was seen counts in stored pixels.
    ///
    /// Above it stands the civil time, or the media time where there is none.
    mutating func draw(
        _ sight: PictureSight,
        on picture: ColourPicture,
        orientation: PictureOrientation,
        clock: WallTime? = nil
    ) -> ColourPicture {
        var canvas = Canvas(picture)
        let turn = { (box: PixelBox) in orientation.displayed(box, of: sight.observation.frameSize) }
        burnMasks(on: &canvas)
        if let inspection = sight.inspection {
            Self.drawCells(inspection, on: &canvas, turn)
            Self.drawFollowed(inspection, on: &canvas, turn)
        }
        drawZones(sight, on: &canvas)
        drawMotion(sight, on: &canvas, turn)
        told.forget(before: sight.observation.time)
        drawTold(on: &canvas)
        drawState(sight, on: &canvas, clock)
        drawGates(sight, on: &canvas)
        return canvas.picture
    }

    /// Before anything else: a mask is nobody's to see.
    private mutating func burnMasks(on canvas: inout Canvas) {
        guard !camera.masks.isEmpty else { return }
        if masks?.size != canvas.picture.size {
            let size = canvas.picture.size
            masks = (size, PolygonRaster(camera.masks.map(\.polygon), size: size))
        }
        if let masks { canvas.burn(masks.raster) }
        for mask in camera.masks { canvas.outline(mask.polygon, .grey) }
    }

    /// Amber where samples differ, violet where they do so all the time.
    private static func drawCells(
        _ inspection: MotionInspection,
        on canvas: inout Canvas,
        _ turn: (PixelBox) -> PixelBox
    ) {
        let geometry = inspection.geometry
        let edge = 8 * geometry.factor
        for row in 0..<geometry.cellRows {
            for column in 0...geometry.lastCellColumn {
                let cell = row * geometry.cellColumns + column
                let (differing, restless) = (Int(inspection.differing[cell]), Int(inspection.restlessness[cell]))
                guard differing >= fewestPerCell || restless >= Self.restless else { continue }
                let box = PixelBox(
                    left: column * edge,
                    top: row * edge,
                    right: min((column + 1) * edge, geometry.frame.width),
                    bottom: min((row + 1) * edge, geometry.frame.height)
                )
                if restless >= Self.restless { canvas.tint(turn(box), .violet, share: restless / 3) }
                if differing >= fewestPerCell { canvas.tint(turn(box), .amber, share: 48 + differing * 2) }
            }
        }
    }

    /// Red what goes somewhere, yellow what only differs, grey what is out of sight; with contrast and way against limit.
    private static func drawFollowed(
        _ inspection: MotionInspection,
        on canvas: inout Canvas,
        _ turn: (PixelBox) -> PixelBox
    ) {
        for blob in inspection.followed {
            let colour: DrawingColour = !blob.isVisible ? .grey : blob.isMoving ? .signalRed : .yellow
            let box = turn(blob.box)
            canvas.outline(box, colour)
            guard blob.isVisible else { continue }
            let way = "\(decimalText(Double(blob.travelled) / 16, 1))/\(decimalText(Double(blob.travelLimit) / 16, 1))"
            let top = max(box.top - canvas.lineHeight, 0)
            canvas.write("C\(decimalText(blob.contrast, 0)) W\(way)", left: box.left, top: top, colour)
        }
    }

    /// Green what is watched, grey what is left out, cyan what silences the others, red what has an open alert.
    private func drawZones(_ sight: PictureSight, on canvas: inout Canvas) {
        let open = Set(zip(sight.observation.zones, sight.openZones).filter(\.1).map(\.0.zone))
        for zone in camera.zones {
            let colour: DrawingColour =
                switch zone.kind {
                case .exclude: .grey
                case .preclude: .cyan
                case .include: open.contains(zone.name) ? .signalRed : .green
                }
            canvas.outline(zone.polygon, colour)
            guard let corner = zone.polygon.points.first else { continue }
            let left = Int(corner.x * Double(canvas.picture.size.width)) + 2 * canvas.unit
            let top = Int(corner.y * Double(canvas.picture.size.height)) + 2 * canvas.unit
            canvas.write(zone.name, left: left, top: top, colour)
        }
    }

    /// White around all that counts as motion in a zone: the box that an alert would have.
    private func drawMotion(_ sight: PictureSight, on canvas: inout Canvas, _ turn: (PixelBox) -> PixelBox) {
        for zone in sight.observation.zones where zone.isMoving {
            if let box = zone.box { canvas.outline(turn(box), .white) }
        }
    }

    /// Cyan around what an event was about, where it was seen best: it may have moved on since.
    private func drawTold(on canvas: inout Canvas) {
        for note in told.recent {
            for box in note.boxes {
                canvas.outline(box, .cyan)
                canvas.write(note.text, left: box.left, top: min(box.bottom, canvas.picture.size.height), .cyan)
            }
        }
    }

    /// Above: the time, the camera, what keeps the detector from looking, and which alerts are open.
    private func drawState(_ sight: PictureSight, on canvas: inout Canvas, _ clock: WallTime?) {
        let moment = clock ?? WallTime(nanoseconds: sight.observation.time.nanoseconds)
        let time = moment.description.dropFirst(11).dropLast()
        var left = canvas.write("\(time) \(camera.id)", left: 0, top: 0, .white)
        if let suppression = sight.observation.suppression {
            left = canvas.write(" \(Self.words(for: suppression))", left: left, top: 0, .cyan)
        }
        for note in told.recent { left = canvas.write(" \(note.text)", left: left, top: 0, .cyan) }
        let zones = zip(sight.observation.zones, sight.openZones).filter(\.1).map(\.0.zone)
        let open = told.open.map(\.text) + zones
        guard !open.isEmpty else { return }
        canvas.write(" ALERT: \(open.joined(separator: ", "))", left: left, top: 0, .signalRed)
        let size = canvas.picture.size
        canvas.outline(PixelBox(left: 0, top: 0, right: size.width, bottom: size.height), .signalRed)
    }

    private static func words(for suppression: MotionObservation.Suppression) -> String {
        switch suppression {
        case .settling: "SETTLING"
        case .lightChange: "LIGHT CHANGE"
        }
    }

    /// Below: a line per zone, each gate's value against its limit, green where it is passed.
    private func drawGates(_ sight: PictureSight, on canvas: inout Canvas) {
        var top = canvas.picture.size.height - canvas.lineHeight * sight.observation.zones.count
        for zone in sight.observation.zones {
            var left = canvas.write(zone.zone, left: 0, top: top, zone.isMoving ? .signalRed : .white)
            for gate in zone.gates {
                let places = gate.limit >= 1 ? 1 : 4
                let text = " \(gate.gate) \(decimalText(gate.value, places))/\(decimalText(gate.limit, places))"
                left = canvas.write(text, left: left, top: top, gate.isPassed ? .green : .white)
            }
            top += canvas.lineHeight
        }
    }
}
