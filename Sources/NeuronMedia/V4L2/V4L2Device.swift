import CV4L2
import Glibc
import NeuronCore

/// An open V4L2 capture device; owns the descriptor.
///
/// Every call goes through libv4l2, which passes it to the kernel as it is unless the device was registered: for its
/// multi-planar plugin, or for its conversion of formats that are not decoded here.
struct V4L2Device: ~Copyable {
    let source: SourceAddress
    let descriptor: Int32
    let identity: Identity

    /// What a device says that it is.
    struct Identity: Sendable, Hashable {
        var driver: String
        var card: String
        var bus: String
        var capabilities: UInt32

        var isCapture: Bool { has(V4L2_CAP_VIDEO_CAPTURE) }
        var isMultiplanarCapture: Bool { has(V4L2_CAP_VIDEO_CAPTURE_MPLANE) }
        var isStreaming: Bool { has(V4L2_CAP_STREAMING) }
        var isMetadata: Bool { has(V4L2_CAP_META_CAPTURE) || has(V4L2_CAP_META_OUTPUT) }
        var isCodec: Bool { has(V4L2_CAP_VIDEO_M2M) || has(V4L2_CAP_VIDEO_M2M_MPLANE) }

        private func has(_ capability: Int32) -> Bool { capabilities & UInt32(bitPattern: capability) != 0 }
    }

    /// The major number of video devices.
    private static let videoMajor: UInt64 = 81

    /// Opens a device; nothing that isn't one is ever opened, since opening alone can block or have an effect.
    ///
    /// - Throws: what is there instead, or why it can't be opened.
    init(opening source: SourceAddress) throws(MediaError) {
        let path = source.devicePath
        try Self.checkKind(of: path, source)
        let opened = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { throw .device(source, "opening it", number: errno) }
        var isOurs = false
        defer { if !isOurs { close(opened) } }
        // Another file may have come to have this name meanwhile.
        var status = stat()
        guard fstat(opened, &status) == 0, Self.isVideo(status) else {
            throw .noCamera(source, "it is no video device any more")
        }
        identity = try Self.identity(of: opened, source)
        self.source = source
        descriptor = opened
        isOurs = true
    }

    deinit { nd_v4l2_close(descriptor) }

    /// Makes a multi-planar device look like any other, where it is one.
    ///
    /// - Throws: where pictures do not come from this node.
    func becomeCapture() throws(MediaError) {
        if identity.isMultiplanarCapture, !identity.isCapture {
            guard nd_v4l2_register(descriptor, false) == 0,
                try Self.identity(of: descriptor, source).isCapture
            else { throw .unsuitable(source, "libv4l2 has no plugin for multi-planar devices here") }
        } else if !identity.isCapture {
            throw .noCamera(source, "\(identity.card) (\(identity.driver)) gives no pictures here: \(nodeKind)")
        }
        guard identity.isStreaming else {
            throw .noCamera(source, "\(identity.card) (\(identity.driver)) cannot stream into memory")
        }
    }

    /// Lets libv4l2 make formats of those that the device has; false where it can't, as behind its multi-planar plugin.
    func addConversions() -> Bool { identity.isCapture && nd_v4l2_register(descriptor, true) == 0 }

    /// What a node that is no camera is for.
    var nodeKind: String {
        if identity.isMetadata { return "it is the node of a camera's metadata" }
        if identity.isCodec { return "it is the node of a codec" }
        return "it is the node of an output, a radio or something else"
    }

    private static func checkKind(of path: String, _ source: SourceAddress) throws(MediaError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .device(source, "looking at it", number: errno) }
        guard !isVideo(status) else { return }
        let kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: "it is a plain file and no device"
            case S_IFIFO: "it is a pipe and no device"
            case S_IFDIR: "it is a folder and no device"
            case S_IFSOCK: "it is a socket and no device"
            case S_IFBLK: "it is a disk and no video device"
            default: "it is a device of another kind and no video device"
            }
        throw .noCamera(source, kind)
    }

    private static func isVideo(_ status: stat) -> Bool {
        let number = UInt64(status.st_rdev)
        // As in <sys/sysmacros.h>: the major number lies in two pieces.
        let major = (number >> 8) & 0xFFF | (number >> 32) & ~0xFFF
        return status.st_mode & S_IFMT == S_IFCHR && major == videoMajor
    }

    private static func identity(of descriptor: Int32, _ source: SourceAddress) throws(MediaError) -> Identity {
        var capability = v4l2_capability()
        guard nd_v4l2_query_capability(descriptor, &capability) == 0 else {
            let number = errno
            if number == ENOTTY || number == EINVAL { throw .noCamera(source, "it does not speak V4L2") }
            throw .device(source, "asking what it is", number: number)
        }
        let hasOwn = capability.capabilities & UInt32(V4L2_CAP_DEVICE_CAPS) != 0
        return Identity(
            driver: text(capability.driver),
            card: text(capability.card),
            bus: text(capability.bus_info),
            capabilities: hasOwn ? capability.device_caps : capability.capabilities
        )
    }
}

/// The text in one of the kernel's fixed arrays: up to its first zero, and fit for one line of a terminal.
func text<Bytes>(_ bytes: Bytes) -> String {
    withUnsafeBytes(of: bytes) { buffer in
        let text = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        let shown = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "?"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(shown)).trimmingBlanks
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
