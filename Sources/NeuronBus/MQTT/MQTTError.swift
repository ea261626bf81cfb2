import NeuronCore

/// Why nothing could be said over MQTT; no text has a password.
package struct MQTTError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    package var description: String

    /// What a caller can act on.
    package enum Code: Sendable, Hashable {
        /// The settings can never work: a file that can't be read, a port that is none.
        case unsuitable
        /// There is no connection now; the link goes on trying.
        case notConnected
        /// Nobody answers at that address, or it can't be found.
        case unreachable
        /// TLS failed: a certificate of either side, or no TLS at all on the other side.
        case certificate
        /// The broker does not let us in.
        case rejected
        /// The connection was there and is gone.
        case lost
        /// The broker did not answer in time.
        case unanswered
        /// The broker, or MQTT itself, does not take this message.
        case refused
        /// The link was closed.
        case closed
    }

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension MQTTError {
    static func unreadable(_ path: String, _ what: String) -> MQTTError {
        MQTTError(
            .unsuitable,
            "The \(what) at \(path) can't be read: give the path of a PEM file that the service's user may read."
        )
    }

    static func closed(_ name: String) -> MQTTError {
        MQTTError(.closed, "The sink '\(name)' is closed: nothing more is sent.")
    }

    static func notConnected(_ settings: MQTTSettings, since failure: String?) -> MQTTError {
        let reason = failure.map { ": " + $0 } ?? "."
        return MQTTError(.notConnected, "There is no connection to the broker at \(settings) now\(reason)")
    }

    static func busy(_ settings: MQTTSettings) -> MQTTError {
        MQTTError(.unanswered, "Too many messages wait for the broker at \(settings): this one was not sent.")
    }

    static func unanswered(_ settings: MQTTSettings, _ count: Int) -> MQTTError {
        let messages = count == 1 ? "a message" : "\(count) messages"
        return MQTTError(
            .unanswered,
            "The broker at \(settings) did not acknowledge \(messages) within \(settings.patience.inWords): "
                + "the connection is made anew."
        )
    }

    static func noGreeting(_ settings: MQTTSettings) -> MQTTError {
        MQTTError(
            .unreachable,
            "The broker at \(settings) took the connection and did not answer within "
                + "\(settings.greetingPatience.inWords): is it overloaded, or is something else listening there?"
        )
    }
}

extension TimeSpan {
    /// `10 s`, or `250 ms` where it is no whole number of seconds.
    fileprivate var inWords: String { milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms" }
}
