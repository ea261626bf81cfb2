package import NeuronCore

/// What an alert is about, as far as a picture shows it.
package struct PictureSubject: Sendable, Hashable {
    package var alertID: String
    package var kind: Kind
    /// In stored pixels; nil where it is about the picture as a whole.
    package var box: PixelBox?
    /// Whether this very picture shows it, rather than only that it is not over.
    package var isShown: Bool

    /// Makes a subject.
    package init(alertID: String, kind: Kind, box: PixelBox?, isShown: Bool) {
        self.alertID = alertID
        self.kind = kind
        self.box = box
        self.isShown = isShown
    }

    /// The kinds of alerts that a picture can show.
    package enum Kind: Sendable, Hashable {
        case motion, plate, tamper
    }
}
