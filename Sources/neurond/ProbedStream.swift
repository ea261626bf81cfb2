import NeuronConfiguration
import NeuronCore
import NeuronMedia
import NeuronStation

/// One stream that `probe` looks at, and how.
struct ProbedStream {
    var address: SourceAddress
    var transport: SourceOptions.Transport
    var decoder: DecoderChoice
    var capture = CaptureWish()

    /// The source that the command line gives, or the main and the small stream of a configured camera.
    static func all(of command: ProbeCommand) throws -> [ProbedStream] {
        guard let path = command.configurationPath else {
            let decoder = DecoderChoice(command.decoder ?? .software, device: command.device)
            let address = SourceAddress(command.source ?? "")
            return [ProbedStream(address: address, transport: command.transport?.asOption ?? .tcp, decoder: decoder)]
        }
        let camera = try camera(command.camera, in: try ConfigurationOption.read(path))
        let configured = DecoderChoice(camera.decoder)
        let decoder = command.decoder.map { DecoderChoice($0, device: command.device) } ?? configured
        let transport = command.transport?.asOption ?? (camera.transport == .udp ? .udp : .tcp)
        return try [camera.source, camera.substream].compactMap(\.self).map { address in
            ProbedStream(
                address: try withLogin(address, of: camera),
                transport: transport,
                decoder: decoder,
                capture: CaptureWish(camera.v4l2)
            )
        }
    }

    private static func camera(_ name: String?, in configuration: Configuration) throws -> CameraConfiguration {
        let cameras = configuration.cameras
        if let camera = cameras.first(where: { $0.id.rawValue == name }) { return camera }
        if name == nil, cameras.count == 1 { return cameras[0] }
        let known = cameras.map(\.id.rawValue).joined(separator: ", ")
        throw ExitCodes.failure(ExitCodes.usage, "Say with --camera which one of the file's cameras: \(known).")
    }

    private static func withLogin(_ address: SourceAddress, of camera: CameraConfiguration) throws -> SourceAddress {
        guard let reference = camera.credentials else { return address }
        do throws(CredentialError) {
            let reading = try CredentialReader(environment: ProcessEnvironment.current).read(reference)
            if let warning = reading.warning { Terminal.say("neurond: \(warning)") }
            return reading.credential.applied(to: address)
        } catch {
            throw ExitCodes.failure(ExitCodes.noInput, "\(error)")
        }
    }
}

extension ProbeCommand.Transport {
    fileprivate var asOption: SourceOptions.Transport { self == .udp ? .udp : .tcp }
}
