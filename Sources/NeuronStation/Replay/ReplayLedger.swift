import NeuronCore

/// Numbers the events of a replay as an outbox would, in memory and with media time.
struct ReplayLedger {
    private var numbers: [String: Int64] = [:]

    /// The event's line without a line end; its number is the next of its source.
    mutating func record(_ finding: CameraPipeline.Finding) -> [UInt8] {
        let number = numbers[finding.draft.source, default: 0] + 1
        numbers[finding.draft.source] = number
        return finding.draft.encode(AlertStamp(epoch: 1, number: number, recordedTime: finding.foundAt))
    }
}
