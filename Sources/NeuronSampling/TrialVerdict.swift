/// What becomes of a look that may never have been.
package enum TrialVerdict: Sendable, Hashable {
    /// It was a look like any other.
    case keep
    /// It was a look, and the pictures behind it are looked at too.
    case follow
    /// It is forgotten, and everything since the look before it is looked at instead.
    case goBack
}
