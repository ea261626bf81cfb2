package import NeuronCore
package import NeuronMedia
package import NeuronVision

/// Somebody who is shown each picture that the detector looked at, and what it made of it: an evaluation, an annotation.
///
/// Called on the pipeline's thread, after the picture was judged and before its events are told.
package protocol PictureWitness: AnyObject {
    /// Whether the detector's inside is wanted too; it is copied for each picture then.
    var isInspecting: Bool { get }

    /// Takes a picture, lent for this call.
    func see(_ frame: borrowing DecodedFrame, _ sight: PictureSight)
}

/// What was made of one picture.
package struct PictureSight: Sendable {
    /// Boxes in stored pixels.
    package var observation: MotionObservation
    /// Whether an alert is open, one per zone in the order of the observation's.
    package var openZones: [Bool]
    /// What open alerts, and those that are about to be told, are about.
    package var subjects: [PictureSubject] = []
    /// The detector's inside, where a witness asks for it.
    package var inspection: MotionInspection?
}
