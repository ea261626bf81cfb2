import NeuronConfiguration
import NeuronStation

/// Where a daemon keeps its state.
enum StateFolder {
    /// That of the configuration, else the one that was named, else $STATE_DIRECTORY, else ./state.
    static func path(_ configurationPath: String?, _ state: String?) throws -> String {
        if let configurationPath { return try ConfigurationOption.read(configurationPath).stateDirectory }
        let environment = ProcessEnvironment.current["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        return state ?? environment ?? "state"
    }
}
