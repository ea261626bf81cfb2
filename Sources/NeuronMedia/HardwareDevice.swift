import CFFmpeg
import Glibc

/// An open device that decodes; owns a reference to its `AVHWDeviceContext`, and each codec context on it holds another.
struct HardwareDevice: ~Copyable {
    let native: UnsafeMutablePointer<AVBufferRef>

    /// Opens a device.
    ///
    /// - Throws: why it can't be, as the part of a sentence.
    init(_ kind: DecoderChoice.Kind, path: String?) throws(HardwareRefusal) {
        guard let path = path ?? Self.firstRenderNode else {
            throw HardwareRefusal("this system has no /dev/dri/renderD*, which such a device would be")
        }
        // FFmpeg would take a device that isn't there for one of another machine, by the display that it runs on.
        guard access(path, F_OK) == 0 else { throw HardwareRefusal("there is no device \(path)") }
        guard access(path, R_OK | W_OK) == 0 else {
            throw HardwareRefusal("the device \(path) may not be opened by this user; the group `render` may")
        }
        var reference: UnsafeMutablePointer<AVBufferRef>?
        let status = av_hwdevice_ctx_create(&reference, kind.deviceType, path, nil, 0)
        guard status >= 0, let reference else {
            throw HardwareRefusal("the device \(path) could not be opened: \(ffmpegText(status))")
        }
        native = reference
    }

    deinit {
        var reference: UnsafeMutablePointer<AVBufferRef>? = native
        av_buffer_unref(&reference)
    }

    /// The kernel numbers render nodes from 128 on.
    private static var firstRenderNode: String? {
        (128..<192).lazy.map { "/dev/dri/renderD\($0)" }.first { access($0, F_OK) == 0 }
    }
}

/// Why hardware does not decode a stream; the part of a sentence, without its full stop.
struct HardwareRefusal: Error {
    var reason: String

    init(_ reason: String) { self.reason = reason }
}
