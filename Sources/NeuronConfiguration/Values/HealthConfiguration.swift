package import NeuronCore

/// What the daemon tells of itself.
package struct HealthConfiguration: Sendable, Hashable {
    /// How often it is told how well each camera was watched.
    package var coverageEvery: TimeSpan

    /// How often the box tells how it fares.
    package var reportEvery: TimeSpan

    /// Makes health settings; what is left out has the default that the file would have.
    package init(coverageEvery: TimeSpan = .seconds(300), reportEvery: TimeSpan = .seconds(300)) {
        self.coverageEvery = coverageEvery
        self.reportEvery = reportEvery
    }
}
