import Glibc
package import NeuronConfiguration
import NeuronCore
import NeuronIncidents
package import NeuronSampling

/// Decides which camera each clip of a replay is played as.
package struct ReplayPlanner {
    private let configuration: Configuration?
    private let cameraName: String?
    private let sampling: SamplingMode?

    /// Makes a planner.
    ///
    /// - Parameters:
    ///   - configuration: nil plays each clip with the defaults.
    ///   - camera: the name that the command line gives; nil for none.
    ///   - sampling: a mode instead of the camera's own; nil keeps that.
    package init(_ configuration: Configuration?, camera: String?, sampling: SamplingMode?) {
        self.configuration = configuration
        cameraName = camera
        self.sampling = sampling
    }

    /// The jobs of a replay, in the order in which their cameras first occur.
    ///
    /// - Parameter clips: paths as given, at least one.
    /// - Returns: one job per camera.
    /// - Throws: `StationError` where a clip is no clip or no camera can be found for it.
    package func jobs(for clips: [String]) throws -> [ReplayJob] {
        let named = try namedCamera()
        var jobs: [ReplayJob] = []
        for text in clips {
            let clip = SourceAddress(text)
            guard clip.kind == .clip else {
                throw StationError.usage(
                    "\(clip) is no recorded clip: `neurond run` watches cameras, replay plays files."
                )
            }
            let camera = try named ?? self.camera(for: clip, besides: jobs.map(\.camera.id))
            if let known = jobs.firstIndex(where: { $0.camera.id == camera.id }) {
                jobs[known].clips.append(clip)
            } else {
                jobs.append(
                    ReplayJob(
                        clips: [clip],
                        camera: withSampling(camera),
                        box: configuration?.box ?? .unnamed,
                        policy: configuration?.statedPolicy ?? .standard,
                        packetBytes: packetBytes
                    )
                )
            }
        }
        return jobs
    }

    /// As the daemon has them for each of these cameras.
    private var packetBytes: Int {
        guard let configuration else { return CameraPlan.usualPacketBytes }
        return Int(configuration.limits.share(of: configuration.cameras.count).bytes)
    }

    private func namedCamera() throws -> CameraConfiguration? {
        guard let cameraName else { return nil }
        guard let id = SensorID(cameraName) else {
            // It may be an address with a password that got to the wrong place.
            let printed = SourceAddress(cameraName).description
            throw StationError.usage(
                "--camera takes a name of a-z, 0-9, _ and -, such as '\(SensorID(sanitising: printed))', not '\(printed)'."
            )
        }
        guard let configuration else { return CameraConfiguration(id: id, source: SourceAddress("")) }
        guard let camera = configuration.cameras.first(where: { $0.id == id }) else {
            throw StationError.usage("The configuration has no camera '\(id)'; it has \(knownCameras).")
        }
        return camera
    }

    private func camera(for clip: SourceAddress, besides taken: [SensorID]) throws -> CameraConfiguration {
        guard let configuration else {
            return CameraConfiguration(id: Self.name(of: clip, besides: taken), source: clip)
        }
        if let camera = configuration.cameras.first(where: { isSameFile($0.source.revealed, clip.revealed) }) {
            return camera
        }
        if configuration.cameras.count == 1 { return configuration.cameras[0] }
        throw StationError.usage(
            "\(clip) is no camera's source: say with --camera which to play it as; there are \(knownCameras)."
        )
    }

    private var knownCameras: String {
        configuration?.cameras.map(\.id.rawValue).joined(separator: ", ") ?? "none"
    }

    private func withSampling(_ camera: CameraConfiguration) -> CameraConfiguration {
        guard let sampling else { return camera }
        var camera = camera
        camera.sampling = sampling.asConfigured
        return camera
    }

    /// A clip's file name without its folder and ending, made a valid name that is not taken yet.
    private static func name(of clip: SourceAddress, besides taken: [SensorID]) -> SensorID {
        let file = clip.revealed.split(separator: "/").last.map(String.init) ?? "camera"
        let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
        let name = SensorID(sanitising: stem)
        guard taken.contains(name) else { return name }
        let free = (2...).lazy.map { SensorID(sanitising: "\(String(name.rawValue.prefix(58)))-\($0)") }
        return free.first { !taken.contains($0) } ?? name
    }

    /// Whether two paths name the same file, however they are written.
    private func isSameFile(_ a: String, _ b: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(a, &first) == 0, stat(b, &second) == 0 else { return a == b }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}

extension SamplingMode {
    /// The mode as a configuration has it.
    fileprivate var asConfigured: CameraConfiguration.Sampling {
        switch self {
        case .adaptive: .auto
        case .always: .always
        case .keyframes: .keyframes
        case .interval(let interval): .framesPerSecond(1 / interval.seconds)
        }
    }
}
