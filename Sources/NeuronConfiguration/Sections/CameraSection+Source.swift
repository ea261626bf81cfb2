import NeuronCore

extension ConfigurationField<CameraConfiguration> {
    /// The id; a field of its own because later advice shall name the camera as well as it can.
    static let id: ConfigurationField = {
        let type = ValueType<SensorID>.sensorID
        return ConfigurationField(
            key: "id",
            summary:
                "The camera in topics and alerts; unique within the file. Another id is another camera to everybody who "
                + "listens.",
            typeName: type.name,
            schema: type.schema,
            isRequired: true,
            defaultNote: nil,
            children: [],
            text: { $0.id.rawValue },
            read: { node, camera, context in
                let id = type.read(node, &context)
                if let id {
                    camera.id = id
                } else if case .scalar(let text, _) = node.content, !text.contains("://"), !text.contains("@") {
                    camera.id = SensorID(sanitising: text)
                }
                return id != nil
            }
        )
    }()

    /// The source; a field of its own because its advice on passwords names the camera.
    static let source = ConfigurationField(
        key: "source",
        summary:
            "Where the pictures come from: an RTSP URL, a clip, or a camera at this machine. A relative path begins at "
            + "this file's folder. A device is best written as `/dev/v4l/by-id/…`, which stays the same when cameras are plugged "
            + "in another order (`neurond devices` lists them); a link elsewhere as `v4l2:/path`. A URL never holds user and password; where a camera wants them in its path or query, write "
            + "`{user}` and `{password}` there.",
        typeName: "URL or path",
        schema: .members(["type": .string("string"), "minLength": .number("1")]),
        isRequired: true,
        defaultNote: nil,
        children: [],
        text: { $0.source.description },
        read: { node, camera, context in
            guard let text = context.scalar(node, expecting: "a URL or a path") else { return false }
            if let complaint = SourceCheck.complaint(about: text, in: "source", camera: camera.id) {
                context.log.report(node, complaint)
                return false
            }
            let address = SourceAddress(text)
            let isPath = address.scheme == nil && address.kind != .video4Linux
            camera.source = isPath ? SourceAddress(joinedPath(context.directory, text)) : address
            return true
        }
    )

    /// The small stream; a field of its own for the same advice.
    static let substream = ConfigurationField(
        key: "substream",
        summary:
            "The RTSP URL of a smaller stream of the same camera. What is detected is then detected in it, and alerts have its "
            + "picture size and say `frame.stream: sub`; `source` is read for the clips of alerts, and not "
            + "decoded. User and password are those of `source`.",
        typeName: "URL",
        schema: .members(["type": .string("string"), "pattern": .string("^rtsps?://")]),
        isRequired: false,
        defaultNote: "none",
        children: [],
        text: { $0.substream?.description ?? "" },
        read: { node, camera, context in
            guard let text = context.scalar(node, expecting: "an RTSP URL") else { return false }
            if let complaint = SourceCheck.complaint(about: text, in: "substream", camera: camera.id) {
                context.log.report(node, complaint)
                return false
            }
            guard SourceAddress(text).kind == .rtsp else {
                context.log.report(node, "A sub-stream is an RTSP URL, rtsp:// or rtsps://.")
                return false
            }
            camera.substream = SourceAddress(text)
            return true
        }
    )
}

/// What can be wrong with a source before anything is opened.
private enum SourceCheck {
    static func complaint(about text: String, in key: String, camera: SensorID) -> String? {
        if text.isEmpty { return "The source is empty; write a URL or a path." }
        if let complaint = SourceSecrets.complaint(about: text, in: key, camera: camera) { return complaint }
        if text.hasPrefix("~") { return "`~` isn't replaced by a home folder here; write the whole path." }
        let address = SourceAddress(text)
        if address.kind == .video4Linux {
            return address.devicePath.hasPrefix("/") ? nil : "A device's path begins with `/`, as v4l2:/dev/video0."
        }
        guard let scheme = SourceAddress(text).scheme else { return nil }
        if text.contains(where: \.isWhitespace) { return "A URL has no spaces; write each as %20." }
        return schemeComplaint(scheme) ?? hostComplaint(text, scheme: scheme)
    }

    private static func schemeComplaint(_ scheme: String) -> String? {
        let known = ["rtsp", "rtsps", "file"]
        guard !known.contains(scheme) else { return nil }
        if let near = KeySuggestion.nearest(to: scheme, among: known) {
            return "\(quoted(scheme + "://")) isn't a known kind of source. Did you mean `\(near)://`?"
        }
        return "\(quoted(scheme + "://")) isn't read by this version; write rtsp://, rtsps:// or the path of a clip."
    }

    private static func hostComplaint(_ text: String, scheme: String) -> String? {
        guard scheme != "file", let start = text.firstRange(of: "://")?.upperBound else { return nil }
        let authority = text[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty else { return "The URL has no host; write \(scheme)://HOST/PATH." }
        // An IPv6 address stands in brackets and has colons of its own.
        let behindHost =
            authority.hasPrefix("[") ? authority.drop { $0 != "]" }.dropFirst() : authority.drop { $0 != ":" }
        guard behindHost.first == ":" else { return nil }
        let port = behindHost.dropFirst()
        guard let number = Int(port), (1...65_535).contains(number) else {
            return "The URL's port must be a number from 1 to 65535, as in \(scheme)://HOST:554/PATH."
        }
        return nil
    }
}
