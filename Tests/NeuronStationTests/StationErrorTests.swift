import ServiceLifecycle
import Testing

@testable import NeuronStation

@Suite struct StationErrorTests {
    @Test func `a service that ends by itself is a mistake in the program, and what was told is passed on`() {
        let unexpected = StationError(ending: ServiceGroupError.serviceFinishedUnexpectedly(service: "keeper"))
        #expect(unexpected.exitCode == 70 && unexpected.description.contains("ended by itself"))
        let told = StationError(ending: StationError.inputOutput("The outbox was removed."))
        #expect(told.exitCode == 74 && told.description == "The outbox was removed.")
    }
}
