/// Why a source could not be opened, read or decoded.
///
/// The message says what was tried, on which source (never with its password), what happened, and what would be right.
package struct MediaError: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    package var message: String

    /// Makes an error; the factories in `MediaError+Factories.swift` are named after what failed.
    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// What went wrong, as a program distinguishes it.
    package enum Code: String, Sendable, Hashable, CaseIterable, Codable {
        /// The source could not be reached or read at all; the message has the system's reason.
        case openFailed = "open_failed"
        /// The camera asked for a user and password, or refused the ones it got.
        case authenticationFailed = "authentication_failed"
        /// No such file, or the camera knows no such stream.
        case notFound = "not_found"
        /// A deadline passed: the connection hangs, or no video packet came.
        case timedOut = "timed_out"
        /// ``SourceInterrupt/stop()`` was called.
        case interrupted
        /// A protocol or a container that is not read, on purpose.
        case notSupported = "not_supported"
        /// The source has no video, or none with a picture size.
        case noVideoStream = "no_video_stream"
        /// The video's codec is not decoded.
        case unsupportedCodec = "unsupported_codec"
        /// The data fit no container, or no longer fit their codec.
        case invalidData = "invalid_data"
        /// A camera's stream ended, or a connection was closed from the other side.
        case endedUnexpectedly = "ended_unexpectedly"
        /// A clip could not be read further: a disk's error, a vanished mount.
        case readFailed = "read_failed"
        /// A picture could not be encoded, or this FFmpeg has no encoder for it.
        case encodingFailed = "encoding_failed"
        /// A file could not be written.
        case writeFailed = "write_failed"
        /// The library refused memory.
        case outOfMemory = "out_of_memory"
    }

    /// Whether trying the same source again, unchanged, cannot help: a clip that is no clip, an unknown codec.
    ///
    /// A wrong password and a missing stream are not permanent: operators correct them at the camera.
    package var isPermanent: Bool {
        switch code {
        case .notSupported, .noVideoStream, .unsupportedCodec: true
        default: false
        }
    }

    package var description: String { message }
}
