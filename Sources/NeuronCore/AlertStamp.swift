/// What only the outbox can say of an event: its number and when it was written down.
package struct AlertStamp: Sendable, Hashable {
    /// `<epoch>-<20 digits>`, contiguous per source: `0001-00000000000000000042`.
    package var sequence: String
    package var recordedTime: WallTime

    /// Makes a stamp of an epoch (raised whenever an outbox is made anew) and a number that counts from 1.
    package init(epoch: Int64, number: Int64, recordedTime: WallTime) {
        sequence = zeroPadded(epoch, 4) + "-" + zeroPadded(number, 20)
        self.recordedTime = recordedTime
    }
}

private func zeroPadded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
