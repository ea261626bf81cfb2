import Glibc
import NeuronCore

extension MediaError {
    /// A device could not be opened, or did not answer; `number` is what the system said.
    static func device(_ source: SourceAddress, _ attempt: String, number: Int32) -> MediaError {
        let (code, reason) = deviceReason(number)
        return MediaError(
            code: code,
            message: "Could not open \(source): \(attempt) failed: \(reason) (\(systemText(number)))."
        )
    }

    /// What is there is no camera; `reason` is a clause.
    static func noCamera(_ source: SourceAddress, _ reason: String) -> MediaError {
        MediaError(
            code: .notSupported,
            message: "Could not open \(source): \(reason). `neurond devices` lists the cameras of this machine."
        )
    }

    /// A device cannot do what the configuration asks for; `reason` is a clause.
    static func unsuitable(_ source: SourceAddress, _ reason: String) -> MediaError {
        MediaError(code: .notSupported, message: "Could not use \(source): \(reason).")
    }

    /// A device that was streaming failed; `tally` says what came before.
    static func deviceFailed(_ source: SourceAddress, number: Int32, after tally: String) -> MediaError {
        let isGone = number == ENODEV || number == ENXIO
        let reason = isGone ? "the device is gone; it was unplugged, or its driver let go of it" : systemText(number)
        return MediaError(
            code: .endedUnexpectedly,
            message: "The stream of \(source) broke off after \(tally): \(reason)."
        )
    }

    /// A device says that its pictures have become others.
    static func deviceChanged(_ source: SourceAddress) -> MediaError {
        MediaError(
            code: .endedUnexpectedly,
            message: "The device \(source) changed the size or kind of its pictures: it must be opened anew."
        )
    }

    /// Pictures came, and none of them could be used.
    static func onlyDamage(_ source: SourceAddress, _ tally: String, limit: TimeSpan) -> MediaError {
        let seconds = Double(limit.milliseconds) / 1000
        return MediaError(
            code: .timedOut,
            message:
                "The stream of \(source) stalled: no picture that could be used for \(seconds) s (\(tally) in all)."
        )
    }

    private static func deviceReason(_ number: Int32) -> (Code, String) {
        switch number {
        case ENOENT: (.notFound, "nothing of that name is there, so it is unplugged or the name is wrong")
        case ENODEV, ENXIO: (.notFound, "the device is gone")
        case EACCES, EPERM: (.openFailed, "there is no permission; the user must be in the group `video`")
        case EBUSY: (.openFailed, "another program is using it")
        case ENOMEM: (.outOfMemory, "the system is out of memory")
        case ENOSPC: (.openFailed, "the USB bus has no room for another camera at this format, size and rate")
        default: (.openFailed, "the driver refused")
        }
    }
}

/// The system's words for an error number: `Device or resource busy, errno 16`.
private func systemText(_ number: Int32) -> String { "\(String(cString: strerror(number))), errno \(number)" }
