package import NeuronCore

/// How a source is opened and how long it may keep silent.
package struct SourceOptions: Sendable, Hashable {
    /// How a camera's packets travel.
    package var transport: Transport
    /// From the first connect until the codec and the picture size are known.
    package var openTimeout: TimeSpan
    /// Between two video packets; what is not video does not count.
    package var readTimeout: TimeSpan
    /// A step of the time stamps above this is a fault of the clock and not a pause.
    package var longestGap: TimeSpan
    /// Whether a camera is asked for its sound too, only to know of it; it is never read.
    package var asksForAudio: Bool
    /// What a V4L2 device is asked for.
    package var capture: CaptureWish

    /// Makes options; the defaults are those of the configuration.
    package init(
        transport: Transport = .tcp,
        openTimeout: TimeSpan = .seconds(10),
        readTimeout: TimeSpan = .seconds(10),
        longestGap: TimeSpan = .seconds(10),
        asksForAudio: Bool = false,
        capture: CaptureWish = CaptureWish()
    ) {
        self.transport = transport
        self.openTimeout = openTimeout
        self.readTimeout = readTimeout
        self.longestGap = longestGap
        self.asksForAudio = asksForAudio
        self.capture = capture
    }

    /// The lower transport of RTSP.
    package enum Transport: String, Sendable, Hashable, CaseIterable, Codable {
        /// Interleaved in the RTSP connection: no loss, passes every firewall.
        case tcp
        case udp
    }
}
