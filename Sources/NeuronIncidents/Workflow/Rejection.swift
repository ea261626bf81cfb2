/// Why something that came from outside changes nothing; it is answered, or counted where there is nobody to answer.
package struct Rejection: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: Code
    /// A full sentence for whoever sent it.
    package var reason: String

    /// What a sender can act on; the words are part of the contract.
    package enum Code: String, Codable, Sendable, Hashable, CaseIterable {
        /// Not JSON, not UTF-8, nested too deep or too long.
        case malformed
        /// JSON, but not what the schema says.
        case wrongSchema
        /// Nothing is known of the alert.
        case unknownAlert
        /// Nothing of that name is at this box.
        case unknownTarget
        /// Its `expirytime` has passed.
        case expired
        /// The alert has changed since the sender looked.
        case staleRevision
        /// The alert stands at a desk above the sender's.
        case wrongTier
        /// The sender's desk does not answer for the place.
        case wrongUnit
        /// The answer would go where the sender has no say.
        case foreignResponseTopic
        /// The alert's state does not allow it.
        case illegalTransition
        /// The box cannot do that, now or at all.
        case unavailable
    }

    /// Makes a rejection.
    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason }
}
