package import NeuronCore

extension CameraPipeline {
    /// An event and the moment at which it was found, by the latest picture that had come until then.
    package struct Finding: Sendable {
        package var draft: AlertDraft
        package var foundAt: WallTime
        /// The best picture so far of the alert that it belongs to, a JPEG that may be shown; nil where none is wanted, or none
        /// could be had.
        package var picture: [UInt8]?
        /// The same picture small enough for a message; nil where there is none, or none is wanted.
        package var messagePicture: [UInt8]?
    }
}
