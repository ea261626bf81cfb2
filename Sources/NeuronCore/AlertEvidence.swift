/// The files that prove an alert, as far as an event knows them, and what should be there and is not.
package struct AlertEvidence: Sendable, Hashable {
    /// The best picture first.
    package var media: [AlertMedia]
    /// What a file's name is appended to for its link; ends with a slash.
    package var linkBase: String
    /// The time that the clips show; nil without one.
    package var span: Span?
    package var missing: [Missing]

    /// Makes evidence, of nothing unless told otherwise.
    package init(
        media: [AlertMedia] = [],
        linkBase: String = AlertEvidence.relativeBase,
        span: Span? = nil,
        missing: [Missing] = []
    ) {
        self.media = media
        self.linkBase = linkBase
        self.span = span
        self.missing = missing
    }

    /// Links that are relative to whatever serves the evidence folder as `media`.
    package static let relativeBase = "media/"

    package var isEmpty: Bool { media.isEmpty && missing.isEmpty && span == nil }

    /// From the first picture of an alert's clips to the last.
    package struct Span: Sendable, Hashable {
        package var start: WallTime
        package var end: WallTime
        /// Whether the alert went on for longer than a clip may.
        package var isCut: Bool

        /// Makes a span.
        package init(start: WallTime, end: WallTime, isCut: Bool) {
            self.start = start
            self.end = end
            self.isCut = isCut
        }
    }

    /// A file that an alert should have.
    package struct Missing: Sendable, Hashable {
        package var role: AlertMedia.Role
        package var reason: Reason

        /// Names what is missing and why.
        package init(_ role: AlertMedia.Role, _ reason: Reason) {
            self.role = role
            self.reason = reason
        }
    }

    /// Why a file is missing; the words of the alert.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The disk has no room left that evidence may take.
        case diskFull
        /// The disk did not take it in the time that an alert may wait.
        case diskSlow
        /// The disk refused it.
        case diskError
        /// Nothing had been read that could be kept.
        case noPictures
        /// The stream's codec does not go into an MP4 file.
        case codec
        /// As many clips were being written as may be.
        case tooMany
        /// The camera has a privacy mask, which a copied stream would show through.
        case masked
    }
}
