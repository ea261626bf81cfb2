import NeuronCore

/// The smallest name that an alert of a time can have: names rise with the time at which alerts began.
enum ULIDBounds {
    /// The first of the names of a millisecond.
    static func first(at time: WallTime) -> String { ULID.text(at: time) }

    /// The first of the names behind a millisecond.
    static func first(after time: WallTime) -> String {
        time.milliseconds == .max ? first(at: time) : first(at: time + .milliseconds(1))
    }
}
