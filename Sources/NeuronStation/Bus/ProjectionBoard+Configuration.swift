import NeuronBus
import NeuronConfiguration
import NeuronCore

extension Configuration {
    /// The board of each bus, by its name: states on all of them, and what each asks for beside.
    func projectionBoards() -> [String: ProjectionBoard] {
        let boards = sinks.filter { $0.kind.isBus }.map { ($0.name, ProjectionBoard(projectionSettings(of: $0))) }
        return Dictionary(boards) { first, _ in first }
    }

    private func projectionSettings(of sink: SinkConfiguration) -> ProjectionSettings {
        var settings = ProjectionSettings(
            box: box,
            site: site,
            cameras: cameras.map { camera in
                ProjectionSettings.Camera(
                    id: camera.id,
                    name: camera.name ?? camera.id.rawValue,
                    site: camera.site,
                    place: camera.place
                )
            },
            version: NeurondVersion.text
        )
        guard case .mqtt(let broker) = sink.kind else { return settings }
        settings.projections = Set(broker.projections.map(\.projection))
        settings.homeAssistantPrefix = broker.homeAssistant.prefix
        settings.hasSwitch = broker.homeAssistant.trustsSwitch
        settings.hasPictures = true
        return settings
    }
}

extension ProjectionConfiguration {
    fileprivate var projection: ProjectionSettings.Projection {
        switch self {
        case .homeassistant: .homeAssistant
        case .onvif: .onvif
        case .geojson: .geoJSON
        }
    }
}
