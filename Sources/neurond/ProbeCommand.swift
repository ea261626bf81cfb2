import ArgumentParser
import NeuronCore
import NeuronMedia

/// `neurond probe`: what a source really sends.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Opens a camera or a clip and says what it sends: codec, size, rate, GOP, bitrate, clock.",
        discussion: """
            It looks at a few seconds of a source and ends. Exit 0 where pictures came, 66 where there is nothing of that name, 69 \
            where it does not answer or refuses the password, 65 where it is no video.

            Examples:
              neurond probe rtsp://10.0.0.21/stream1
              neurond probe --config /etc/neurond/neurond.yaml --camera gate-north
              neurond probe clip.mp4 --json | jq .codec
            """
    )

    @Argument(
        help:
            "A clip's path, a device such as /dev/video0, or an rtsp:// address; user and password may stand in it and are not shown.",
        completion: .file()
    )
    var source: String?

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "A configuration file instead, for one of its cameras and all its streams.",
            valueName: "file"
        ),
        completion: .configuration
    )
    var configurationPath: String?

    @Option(help: ArgumentHelp("The camera of the configuration.", valueName: "id"), completion: .camera)
    var camera: String?

    @Flag(help: "One JSON object for each stream instead of text.")
    var json = false

    @Option(help: "tcp or udp, for RTSP; tcp unless the configuration says otherwise.")
    var transport: Transport?

    @Option(help: "software, auto, vaapi, drm or v4l2m2m; software decodes where that can't.")
    var decoder: DecoderChoice.Kind?

    @Option(help: ArgumentHelp("The device of vaapi or drm.", valueName: "/dev/dri/renderD128"), completion: .file())
    var device: String?

    @Option(help: ArgumentHelp("How much of the stream to look at.", valueName: "seconds"))
    var seconds = 5

    /// How RTSP carries the pictures.
    enum Transport: String, ExpressibleByArgument, CaseIterable {
        case tcp
        case udp
    }

    func validate() throws {
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds takes 1 to 600.") }
        guard (source == nil) != (configurationPath == nil) else {
            throw ValidationError("There must be a source, or --config with a configuration file.")
        }
        guard camera == nil || configurationPath != nil else { throw ValidationError("--camera goes with --config.") }
        guard let device else { return }
        guard decoder == .vaapi || decoder == .drm else { throw ValidationError("--device goes with vaapi or drm.") }
        guard device.hasPrefix("/dev/") else { throw ValidationError("--device takes a path below /dev/.") }
    }

    func run() throws {
        var failure: ExitCode?
        for (index, stream) in try ProbedStream.all(of: self).enumerated() {
            if index > 0, !json { Swift.print("") }
            do {
                try look(at: stream)
            } catch let code as ExitCode {
                failure = failure ?? code
            }
        }
        if let failure { throw failure }
    }

    private func look(at stream: ProbedStream) throws {
        let report: SourceReport
        do throws(MediaError) {
            report = try SourceProbe.look(
                at: stream.address,
                options: SourceOptions(transport: stream.transport, capture: stream.capture),
                decoder: stream.decoder,
                length: .seconds(Int64(seconds))
            )
        } catch {
            throw ExitCodes.failure(exitCode(for: error, at: stream.address), error.message)
        }
        if json { try Terminal.writeJSON(report) } else { Swift.print(report.text) }
        guard report.frames > 0 else {
            throw ExitCodes.failure(ExitCodes.badData, "There is no picture in \(stream.address) that can be decoded.")
        }
    }

    private func exitCode(for error: MediaError, at address: SourceAddress) -> ExitCode {
        switch error.code {
        case .notFound: ExitCodes.noInput
        case .openFailed where address.kind == .clip: ExitCodes.noInput
        case .invalidData, .noVideoStream, .unsupportedCodec, .notSupported: ExitCodes.badData
        default: ExitCodes.unavailable
        }
    }
}

extension DecoderChoice.Kind: ExpressibleByArgument {}
