/// What becomes of a trial.
package enum TrialVerdict: Sendable, Hashable {
    /// It is a look like any other.
    case keep
    /// It never was: everything since the last look is decoded and looked at instead, and then all that follows.
    case wake
    /// It never was: everything since the last look is decoded and looked at instead, and then it dozes on unless that
    /// showed something.
    case audit
}
