import Glibc
import NeuronConfiguration
import NeuronStation

/// Where a daemon keeps its state.
enum StateFolder {
    /// That of the configuration, else the one that was named, else $STATE_DIRECTORY, else ./state where there is one, else
    /// that of the service.
    static func path(_ configurationPath: String?, _ state: String?) throws -> String {
        if let configurationPath { return try ConfigurationOption.read(configurationPath).stateDirectory }
        let environment = ProcessEnvironment.current["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        if let named = state ?? environment { return named }
        let service = ConfigurationOption.servicePath
        guard access("state", F_OK) != 0, access(service, R_OK) == 0 else { return "state" }
        return try ConfigurationOption.read(service).stateDirectory
    }
}
