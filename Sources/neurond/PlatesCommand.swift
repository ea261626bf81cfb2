import ArgumentParser
import NeuronCore
import NeuronMedia
import NeuronVision

/// `neurond plates`: the plate regions of still pictures.
struct PlatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plates",
        abstract: "Finds licence-plate regions in pictures: one JSON line each, best boxes first.",
        discussion: """
            {"file": as given, "width", "height", "boxes": [[x, y, width, height, score], ...], "ms": the search alone}; \
            boxes in pixels of the picture as displayed. Every box from --minimum-score on is given; from the score that the \
            daemon takes for a plate see docs/plates.md. A picture that cannot be read is told on stderr and has no line; \
            the others follow. Exit 66 where a file could not be read, else 65 where one is no picture.

            Example:
              neurond plates *.jpg | jq -r 'select(.boxes != []) | .file'
            """
    )

    @Argument(help: "JPEG, PNG, BMP, GIF, WebP, TIFF or PNM files.", completion: .file())
    var images: [String]

    @Option(
        help:
            "Finds below this score are left out: 0.01 to 1; without it 0.05, or with --covered what the daemon covers."
    )
    var minimumScore: Double?

    @Flag(
        help:
            "Gives the boxes [x, y, width, height] that are painted over where plates may not be seen, as they are grown."
    )
    var covered = false

    func validate() throws {
        guard (PlateFinder.lowestScore...1).contains(minimumScore ?? 1) else {
            throw ValidationError("--minimum-score takes \(PlateFinder.lowestScore) to 1.")
        }
        guard !images.isEmpty else { throw ValidationError("Name at least one picture.") }
    }

    func run() throws {
        let net: PlateNet
        do {
            net = try PlateNet.embedded.get()
        } catch {
            throw ExitCodes.failure(ExitCodes.unavailable, error.description)
        }
        var finder = PlateFinder(
            net: net,
            minimumScore: minimumScore ?? 0.05,
            target: (try? KernelTarget.chosen.get()) ?? .best
        )
        var covering = PlateCovering(
            net: net,
            threshold: minimumScore ?? PlateCovering.threshold,
            target: (try? KernelTarget.chosen.get()) ?? .best
        )
        var worst: ExitCode?
        for image in images {
            do {
                try Terminal.writeJSON(try line(of: image, &finder, &covering))
            } catch let error as MediaError {
                let isMissing = error.code == .notFound || error.code == .openFailed
                let code = ExitCodes.failure(isMissing ? ExitCodes.noInput : ExitCodes.badData, error.message)
                if code.rawValue > worst?.rawValue ?? 0 { worst = code }
            }
        }
        if let worst { throw worst }
    }

    /// What is printed of a picture.
    private struct Line: Encodable {
        var file: String
        var width: Int
        var height: Int
        var boxes: [[Double]]
        var ms: Double
    }

    private static func row(_ plate: PlateBox) -> [Double] {
        [
            plate.left.rounded(toDecimals: 1), plate.top.rounded(toDecimals: 1), plate.width.rounded(toDecimals: 1),
            plate.height.rounded(toDecimals: 1), plate.score.rounded(toDecimals: 4),
        ]
    }

    private static func row(_ box: PixelBox) -> [Double] {
        [box.left, box.top, box.width, box.height].map(Double.init)
    }

    private func line(
        of image: String,
        _ finder: inout PlateFinder,
        _ covering: inout PlateCovering
    ) throws(MediaError) -> Line {
        let picture = try StillPicture(reading: image)
        guard PlateFinder.takes(picture.size) else {
            throw MediaError(
                code: .notSupported,
                message: "Could not search \(image): a picture of \(picture.size) is too long to be shrunk at once."
            )
        }
        let clock = SystemClock()
        let start = clock.monotonicNow()
        let hidden: [PixelBox] = picture.withLuma { luma in
            if covered { return covering.boxes(in: luma) }
            finder.search(luma)
            return []
        }
        let elapsed = clock.monotonicNow() - start
        return Line(
            file: image,
            width: picture.size.width,
            height: picture.size.height,
            boxes: covered ? hidden.map(Self.row) : finder.plates.map(Self.row),
            ms: (elapsed.seconds * 1000).rounded(toDecimals: 3)
        )
    }
}
