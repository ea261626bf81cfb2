import NeuronCore

/// Notes whether the light is another than a moment ago, from how far it deviates from the background's.
struct LightSense: Sendable {
    /// Whether the light is another than it has been for a moment.
    private(set) var isChanging = false
    /// Whether it has become another since the picture before, and how much that hides.
    private(set) var change = Change.none
    /// The light's unrest of the last moments and of the last picture, in 1/16000.
    private var usual = 0
    private var last = 0
    /// How long the light has been another than the background's without changing.
    private var steadyTime = TimeSpan.zero

    /// What a change of the light between two pictures hides.
    enum Change: Sendable, Hashable {
        /// While a scene's new light is learnt it deviates less and less: that is no change.
        case none
        /// What is faint.
        case slight
        /// What has twice the contrast that is asked for.
        case strong
    }

    /// From this unrest on a change is strong, in 1/1000: the limits of all samples are 15 levels higher then.
    private static let strongUnrest = 320
    /// A change of the light's unrest, in 1/16000.
    private static let leastChange = 25 * 16
    private static let memory = TimeSpan.milliseconds(500)
    /// The light's unrest, in 1/1000, and how long it must last, for the light to be taken for one that stays.
    private static let leastUnrest = 60
    private static let longestWait = TimeSpan.seconds(1)

    /// Whether the light has become another and stays so, as after a switch to infrared that a gain explains.
    var isNew: Bool { steadyTime >= LightSense.longestWait }

    /// Takes the light's unrest of a picture, in 1/1000.
    mutating func feel(unrest: Int, step: TimeSpan) {
        let memory = LightSense.memory
        let change = unrest * 16 - usual
        usual += change * Int(min(step, memory).milliseconds) / Int(memory.milliseconds)
        isChanging = abs(change) >= LightSense.leastChange
        let rise = unrest * 16 - last
        last = unrest * 16
        let isAnother = rise >= LightSense.leastChange
        self.change = !isAnother ? .none : unrest < LightSense.strongUnrest ? .slight : .strong
        let isSteady = unrest >= LightSense.leastUnrest && !isChanging && abs(rise) < LightSense.leastChange
        steadyTime = isSteady ? min(steadyTime + step, LightSense.longestWait) : .zero
    }
}
