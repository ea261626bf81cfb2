package import NeuronCore

/// Tells day from night by what the picture looks like.
///
/// Clocks and calendars lie about the light in a yard; a picture doesn't. A camera that has switched to infrared has no
/// colours left. One that stays with colours gets dark, and its gain makes it noisy. A camera that never shows colours is
/// judged by its brightness alone. A verdict must hold for a while before it counts, so that a lamp, a lorry in front
/// of the lens or a passing cloud changes nothing.
package struct DaylightJudge: Sendable {
    /// What one picture shows.
    package struct Tone: Sendable, Hashable {
        /// Mean luma, 0 to 255.
        package var brightness: Int
        /// Usual deviation of a sample from its background, in 1/16 levels.
        package var noise: Int
        /// Standard deviation of the colours in 1/16 levels; nil where the format has none.
        package var colourSpread: Int?

        /// Makes a tone.
        package init(brightness: Int, noise: Int, colourSpread: Int?) {
            self.brightness = brightness
            self.noise = noise
            self.colourSpread = colourSpread
        }
    }

    /// How often it is worth measuring a tone.
    package static let interval = TimeSpan.seconds(1)
    /// For how long a new verdict must hold.
    private static let confirmation = TimeSpan.seconds(5)

    /// In 1/16 levels: infrared has less, a grey day in fog more.
    private static let (noColour, someColour) = (12, 28)
    /// Mean luma; the lowest that a camera sends is 16 or 0.
    private static let (dark, darkest, bright) = (56, 34, 72)
    /// In 1/16 levels.
    private static let noisy = 40

    package private(set) var verdict: Daylight?
    private var hasShownColour = false
    private var otherSince: MediaTime?

    package init() {}

    /// Takes the next picture's tone.
    ///
    /// - Returns: what holds now.
    package mutating func judge(_ tone: Tone, at time: MediaTime) -> Daylight {
        if let spread = tone.colourSpread, spread >= Self.someColour { hasShownColour = true }
        let seen = look(at: tone)
        guard let verdict else {
            self.verdict = seen
            return seen
        }
        guard seen != verdict else {
            otherSince = nil
            return verdict
        }
        let since = otherSince ?? time
        otherSince = since
        guard time - since >= Self.confirmation else { return verdict }
        otherSince = nil
        self.verdict = seen
        return seen
    }

    /// What the picture says by itself; between the limits whatever held before.
    private func look(at tone: Tone) -> Daylight {
        let spread = tone.colourSpread ?? 0
        let isNoisy = tone.noise >= Self.noisy || spread < Self.noColour
        if tone.brightness < Self.darkest || (tone.brightness < Self.dark && isNoisy) { return .night }
        guard hasShownColour else { return tone.brightness >= Self.bright ? .day : verdict ?? .day }
        if spread < Self.noColour { return .night }
        return spread >= Self.someColour && tone.brightness >= Self.dark ? .day : verdict ?? .day
    }
}
