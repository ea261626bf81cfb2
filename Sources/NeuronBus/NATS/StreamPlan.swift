import NeuronCore

/// A stream of JetStream as neurond makes it where it is missing, and against which one that is there is compared; pure.
struct StreamPlan: Sendable, Hashable {
    var name: String
    var subjects: [String]
    var maxBytes: Int64
    /// Zero keeps for ever.
    var maxAge: TimeSpan
    var duplicateWindow: TimeSpan
    /// -1 for any number.
    var maxMessagesPerSubject: Int64 = -1
    /// Whether a full stream refuses what is new rather than forget what is old.
    var refusesWhenFull = false
    /// Whether nothing may be taken out of it.
    var isForGood = false
    var isOnDisk = true

    /// An event of 64 KiB, and its headers, which count too.
    static let longestMessage: Int32 = (64 + 1) << 10
    static let state = "ND_STATE"
    static let feedback = "ND_FB"
    static let commands = "ND_CMD"
    private static let anySubject = "nd.v1.*.*.*.*.*"

    /// The streams of a bus.
    ///
    /// A full stream of events refuses, since what it forgot would be lost; feedback and states are
    /// said again by whoever said them.
    static func all(_ settings: NATSSettings) -> [StreamPlan] {
        let tenMinutes = TimeSpan.seconds(600)
        return [
            StreamPlan(
                name: settings.stream,
                subjects: ["\(anySubject).evt.>"],
                maxBytes: settings.maxBytes,
                maxAge: settings.maxAge,
                duplicateWindow: settings.duplicateWindow,
                refusesWhenFull: true,
                isForGood: true
            ),
            StreamPlan(
                name: feedback,
                subjects: ["\(anySubject).fb.>"],
                maxBytes: settings.maxBytes / 16,
                maxAge: settings.maxAge,
                duplicateWindow: settings.duplicateWindow
            ),
            StreamPlan(
                name: commands,
                subjects: ["\(anySubject).cmd.>"],
                maxBytes: settings.maxBytes / 64,
                maxAge: tenMinutes,
                duplicateWindow: tenMinutes
            ),
            StreamPlan(
                name: state,
                subjects: ["\(anySubject).state.>", "\(anySubject).alert.*"],
                maxBytes: settings.maxBytes / 16,
                maxAge: .zero,
                duplicateWindow: .seconds(120),
                maxMessagesPerSubject: 1
            ),
        ]
    }

    /// How a stream that is there differs in what the promises rest on; empty where it does not.
    ///
    /// A longer life, another size and more subjects are its owner's business.
    func differences(from actual: StreamPlan) -> [String] {
        var found: [String] = []
        let missing = subjects.filter { !actual.subjects.contains($0) }
        if !missing.isEmpty { found.append("it does not take \(missing.joined(separator: " and "))") }
        if refusesWhenFull, !actual.refusesWhenFull { found.append("when full it forgets the oldest events") }
        if actual.duplicateWindow < duplicateWindow {
            let window = "\(actual.duplicateWindow.milliseconds / 1000) s"
            found.append("it knows events that are sent again for \(window) only")
        }
        if maxMessagesPerSubject == 1, actual.maxMessagesPerSubject != 1 {
            found.append("it keeps more than the last message of a subject")
        }
        if isOnDisk, !actual.isOnDisk { found.append("it is kept in memory") }
        return found
    }
}
