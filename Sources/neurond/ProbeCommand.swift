import ArgumentParser
import FoundationEssentials
import NeuronCore
import NeuronMedia

/// `neurond probe`: what a source really sends.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Opens a camera or a clip and says what it sends: codec, size, rate, GOP, bitrate, clock.",
        discussion:
            "Exit 0 where pictures came, 66 where there is nothing, 69 where it does not answer, 65 where it is no video."
    )

    @Argument(help: "A clip's path or an rtsp:// address; user and password may stand in it and are not shown.")
    var source: String

    @Flag(help: "One JSON object instead of text.")
    var json = false

    @Option(help: "tcp or udp, for RTSP.")
    var transport = Transport.tcp

    @Option(help: "software, auto, vaapi, drm or v4l2m2m; software decodes where that can't.")
    var decoder = DecoderChoice.Kind.software

    @Option(help: ArgumentHelp("The device of vaapi or drm.", valueName: "/dev/dri/renderD128"))
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
        guard let device else { return }
        guard decoder == .vaapi || decoder == .drm else { throw ValidationError("--device goes with vaapi or drm.") }
        guard device.hasPrefix("/dev/") else { throw ValidationError("--device takes a path below /dev/.") }
    }

    func run() throws {
        let address = SourceAddress(source)
        let report: SourceReport
        do throws(MediaError) {
            report = try SourceProbe.look(
                at: address,
                options: SourceOptions(transport: transport == .udp ? .udp : .tcp),
                decoder: DecoderChoice(decoder, device: device),
                length: .seconds(Int64(seconds))
            )
        } catch {
            throw ExitCodes.failure(exitCode(for: error), error.message)
        }
        Swift.print(json ? Self.json(report) : report.text)
        guard report.frames > 0 else {
            throw ExitCodes.failure(ExitCodes.badData, "There is no picture in \(address) that can be decoded.")
        }
    }

    private static func json(_ report: SourceReport) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(report), as: UTF8.self)
        } catch {
            preconditionFailure("a report of strings and finite numbers could not be encoded: \(error)")
        }
    }

    private func exitCode(for error: MediaError) -> ExitCode {
        switch error.code {
        case .notFound: ExitCodes.noInput
        case .openFailed where SourceAddress(source).kind == .clip: ExitCodes.noInput
        case .invalidData, .noVideoStream, .unsupportedCodec, .notSupported: ExitCodes.badData
        default: ExitCodes.unavailable
        }
    }
}

extension DecoderChoice.Kind: ExpressibleByArgument {}
