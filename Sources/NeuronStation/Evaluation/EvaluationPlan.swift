package import NeuronConfiguration
import NeuronCore
import NeuronMedia
package import NeuronSampling

/// What an evaluation is to do: every clip with each candidate.
package struct EvaluationPlan: Sendable {
    package var clips: [Clip]
    package var candidates: [Candidate]
    /// The kind of alert that is judged: `motion`, `tamper`.
    package var kind: String
    package var rule: MatchRule

    /// A clip and what is true of it.
    package struct Clip: Sendable {
        package var path: String
        package var labels: ClipLabels

        /// Makes a pair.
        package init(path: String, labels: ClipLabels) {
            self.path = path
            self.labels = labels
        }
    }

    /// A configuration that is evaluated.
    package struct Candidate: Sendable {
        /// How it is called in tables: its file, or `defaults`.
        package var name: String
        /// Nil plays each clip with the defaults.
        package var configuration: Configuration?

        /// Makes a candidate.
        package init(name: String, configuration: Configuration?) {
            self.name = name
            self.configuration = configuration
        }
    }

    /// Makes a plan.
    package init(clips: [Clip], candidates: [Candidate], kind: String = "motion", rule: MatchRule = MatchRule()) {
        self.clips = clips
        self.candidates = candidates
        self.kind = kind
        self.rule = rule
    }

    /// The jobs of all candidates, for each of them one job per clip.
    ///
    /// - Parameters:
    ///   - camera: the camera that the command line names; nil for none.
    ///   - sampling: a mode instead of the cameras' own; nil keeps that.
    /// - Returns: a list of jobs per candidate.
    /// - Throws: `StationError` where no camera can be found for a clip, or its labels do not fit it.
    package func jobs(camera: String?, sampling: SamplingMode?) throws -> [[ReplayJob]] {
        try candidates.map { candidate in
            let planner = ReplayPlanner(candidate.configuration, camera: camera, sampling: sampling)
            return try clips.map { clip in
                // A job of its own: an evaluated clip is never the sequel of another.
                guard var job = try planner.jobs(for: [clip.path]).first else {
                    throw StationError.usage("\(clip.path) is no recorded clip.")
                }
                job.camera = try Self.watching(job.camera, clip: clip)
                return job
            }
        }
    }

    /// The camera with the zones of the labels, unless it has zones of its own: events hold for those zones only.
    private static func watching(_ camera: CameraConfiguration, clip: Clip) throws -> CameraConfiguration {
        guard camera.zones.isEmpty else { return camera }
        var camera = camera
        if !clip.labels.zones.isEmpty {
            camera.zones = try LabelZones.zones(of: clip.labels, motion: camera.motion)
        } else if let region = clip.labels.region {
            let size = try displayedSize(of: clip.path)
            camera.zones = [try LabelZones.zone(of: region, in: size, labels: clip.labels, motion: camera.motion)]
        }
        return camera
    }

    /// The size in whose pixels a clip's labels count.
    private static func displayedSize(of clip: String) throws -> FrameSize {
        do throws(MediaError) {
            let facts = try MediaSource(opening: SourceAddress(clip)).facts
            return facts.orientation.displayed(facts.size)
        } catch {
            throw StationError.clip(error)
        }
    }
}

/// The zones that come with a clip's labels.
enum LabelZones {
    /// Zones as a configuration writes them, checked by the configuration's own rules.
    static func zones(
        of labels: ClipLabels,
        motion: MotionConfiguration
    ) throws(StationError) -> [ZoneConfiguration] {
        let zones = labels.zones.map { zone in
            "{name: \(quoted(zone.name)), kind: \(quoted(zone.kind ?? "include")), polygon: \(zone.polygon)}"
        }
        let text = "cameras: [{id: labels, source: clip, zones: [\(zones.joined(separator: ", "))]}]"
        do {
            let read = try ConfigurationReader.read(text: text, environment: [:]).cameras.flatMap(\.zones)
            return read.map { ZoneConfiguration(name: $0.name, kind: $0.kind, polygon: $0.polygon, motion: motion) }
        } catch {
            let first = error.problems.first.map { "\($0.path.replacing("cameras[0].", with: "")): \($0.message)" }
            throw .badData("\(labels.file) is no labels file: \(first ?? "its zones are no zones").")
        }
    }

    /// The one zone of a region in pixels, cut to the picture.
    static func zone(
        of region: [Double],
        in size: FrameSize,
        labels: ClipLabels,
        motion: MotionConfiguration
    ) throws(StationError) -> ZoneConfiguration {
        let x = [region[0], region[0] + region[2]].map { min(max($0 / Double(size.width), 0), 1) }
        let y = [region[1], region[1] + region[3]].map { min(max($0 / Double(size.height), 0), 1) }
        guard x[0] < x[1], y[0] < y[1] else {
            throw .badData("\(labels.file) does not fit its clip: the roi lies outside of the picture of \(size).")
        }
        let corners = [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])]
        let polygon = RelativePolygon(corners.map { RelativePoint(x: $0.0, y: $0.1) })
        return ZoneConfiguration(name: "roi", polygon: polygon, motion: motion)
    }

    /// A text between YAML's double quotes.
    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: " "
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
