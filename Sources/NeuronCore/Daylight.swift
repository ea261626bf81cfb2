/// The light in which a camera sees, as its picture shows it.
package enum Daylight: String, Sendable, Hashable, Codable, CaseIterable {
    /// The picture has colours, or is bright enough.
    case day
    /// Infrared, or dark and noisy.
    case night
}
