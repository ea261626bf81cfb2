package import NeuronCore

/// Where the console gets what it shows, and where it takes what operators say.
///
/// Nothing here waits for a camera. What throws a ``ConsoleProblem`` is answered with it; any other error is logged, and the client
/// only hears that something went wrong.
package protocol ConsoleFeed: Sendable {
    func box() async throws -> BoxSnapshot

    /// All cameras, in the order of the configuration.
    func cameras() async throws -> [CameraSnapshot]

    /// One camera; nil where there is none of that name.
    func camera(_ id: SensorID) async throws -> CameraSnapshot?

    /// How one camera fares in a word, whatever becomes of the outbox; nil where there is none of that name.
    func state(of camera: SensorID) -> CameraSnapshot.State?

    /// A page of alerts, the latest first.
    func alerts(_ question: AlertQuestion) async throws -> AlertPage

    /// One alert with all that is known of it; nil where there is none.
    func alert(_ id: String) async throws -> AlertDossier?

    /// Takes what an operator says of an alert.
    ///
    /// - Returns: the alert as it is then.
    /// - Throws: `ConsoleProblem` with `notFound`, `conflict` where its state does not allow that, `badRequest` or `unavailable`.
    func act(_ action: AlertAction, on id: String) async throws -> AlertRecord

    /// What happens from now on, or behind a row of the outbox.
    func events(after row: Int64?) async throws -> any ConsoleEventCursor

    /// A day, which begins at a midnight in UTC.
    func activity(of day: WallTime) async throws -> ActivityDay

    /// What a camera measured lately.
    ///
    /// - Parameters:
    ///   - camera: its id.
    ///   - since: only what was measured after this; nil for all.
    /// - Returns: nil where there is no such camera.
    func tuning(of camera: SensorID, since: WallTime?) async -> TuningReport?

    /// What is wrong with the text of a configuration file; empty where nothing is.
    ///
    /// Takes a while for a long one: for a thread that may be held up.
    func check(configuration text: [UInt8]) -> [ConfigurationFinding]

    /// The configuration that runs; nil where its text is not known.
    func configuration() async -> RunningConfiguration?

    /// Everything that is counted.
    func figures() async throws -> ConsoleFigures

    /// Why the daemon does not do all of its work now; empty where it does.
    func shortcomings() async -> [Shortcoming]

    /// Pictures of running cameras; nil where there are none.
    var pictures: (any LivePictureSource)? { get }

    /// The folder that holds pictures and clips of alerts; nil where none are kept.
    var evidenceFolder: String? { get }
}

/// One follower's place among all that happens.
package protocol ConsoleEventCursor: Sendable {
    /// What has happened since the last call, in order; waits for a second at most, and may then be empty.
    ///
    /// - Returns: nil at the end: the daemon stops, or the follower was too slow and must ask for the alerts again.
    mutating func next() async throws -> [ConsoleEvent]?
}

/// Something that happened.
package enum ConsoleEvent: Sendable {
    /// An event was committed: its row in the outbox and its line.
    case alert(row: Int64, line: [UInt8])
    /// A camera has changed.
    case camera(CameraSnapshot)
    /// An operator or a deadline has changed an alert: its document.
    case workflow([UInt8])
}

/// A mistake in a configuration file.
package struct ConfigurationFinding: Sendable, Hashable {
    /// Both counted from 1.
    package var line: Int
    package var column: Int
    /// The setting and what is wrong with it.
    package var message: String

    /// Makes a finding.
    package init(line: Int, column: Int, message: String) {
        self.line = line
        self.column = column
        self.message = message
    }
}

/// The text of the configuration that runs; it holds no secrets.
package struct RunningConfiguration: Sendable, Hashable {
    package var digest: String
    package var yaml: String

    /// Makes a text with its digest.
    package init(digest: String, yaml: String) {
        self.digest = digest
        self.yaml = yaml
    }
}

/// Why the daemon does not do all of its work.
package struct Shortcoming: Sendable, Hashable {
    /// A word for programs.
    package var code: String
    /// A full sentence.
    package var message: String

    /// Makes a shortcoming.
    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
