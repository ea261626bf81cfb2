package import NeuronCore

/// What is so now at each camera, and the same in the words of Home Assistant, of ONVIF and of maps.
///
/// A pure value: committed events in, publications out. Everything comes from the row that the sinks get too, so that no
/// projection can say what the events don't. What it can't read it leaves out.
package struct ProjectionBoard: Sendable {
    let settings: ProjectionSettings
    /// By the subject of its events.
    private(set) var cameras: [String: CameraState]
    /// What is retained on the broker beside the states, by topic.
    private var retained: [String: BusPublication] = [:]

    /// Makes the board of a box at which nothing is open.
    package init(_ settings: ProjectionSettings) {
        self.settings = settings
        cameras = Dictionary(settings.cameras.map { ($0.subject, CameraState(camera: $0)) }) { first, _ in first }
    }

    /// Takes a committed event, each once and in the order of commit.
    ///
    /// - Returns: what is to be said of it, in this order; nothing for an event that changes nothing.
    package mutating func take(_ alert: StoredAlert) -> [BusPublication] {
        guard var state = cameras[alert.subject], let facts = EventFacts(alert) else { return [] }
        let before = state
        state.take(facts)
        cameras[alert.subject] = state
        var news = state.publications(since: before)
        if facts.isSighting { news.append(state.sighting) }
        if settings.projections.contains(.onvif), let message = OnvifProjection.message(of: facts, at: state.camera) {
            if message.isRetained { retained[message.topic] = message }
            news.append(message)
        }
        if settings.projections.contains(.geoJSON), state.open != before.open, state.camera.place.position != nil {
            news.append(contentsOf: map)
        }
        return news
    }

    /// All that is so now, for a broker to which the link was made: it may have forgotten everything.
    package func everything() -> [BusPublication] {
        let discovery =
            settings.projections.contains(.homeAssistant) ? HomeAssistantDiscovery(settings).publications : []
        let states = sortedCameras.flatMap(\.publications)
        let messages = retained.sorted { $0.key < $1.key }.map(\.value)
        let maps = settings.projections.contains(.geoJSON) ? map : []
        return discovery + states + messages + maps
    }

    /// What a broker keeps of this box's cameras, `state/armed` too: that is the desk's word, which goes with its camera.
    package var retainedTopics: Set<String> {
        Set(everything().filter(\.isRetained).map(\.topic)).union(cameras.values.map { $0.topic("armed") })
    }

    private var sortedCameras: [CameraState] { cameras.sorted { $0.key < $1.key }.map(\.value) }

    private var map: [BusPublication] {
        [MapProjection.publication(of: sortedCameras, at: settings.boxSubject)].compactMap { $0 }
    }
}

/// What a board has to know of its box.
package struct ProjectionSettings: Sendable, Hashable {
    package var box: BoxID
    /// The site and the box: `d310104/s005/c012/g031/box-0007`.
    package var boxSubject: String
    package var cameras: [Camera]
    package var projections: Set<Projection>
    /// The first level of Home Assistant's topics.
    package var homeAssistantPrefix: String
    /// Whether Home Assistant is shown a switch, rather than only whether a camera is armed.
    package var hasSwitch: Bool
    /// Whether Home Assistant is shown the latest alert's picture.
    package var hasPictures = false
    /// Of this program, as Home Assistant shows it.
    package var version: String

    /// Makes settings; without projections the board tells the states only.
    package init(
        box: BoxID,
        site: SitePath,
        cameras: [Camera],
        projections: Set<Projection> = [],
        homeAssistantPrefix: String = "homeassistant",
        hasSwitch: Bool = false,
        version: String
    ) {
        self.box = box
        boxSubject = "\(site.district)/\(site.street)/\(site.community)/\(site.grid)/\(box)"
        self.cameras = cameras
        self.projections = projections
        self.homeAssistantPrefix = homeAssistantPrefix
        self.hasSwitch = hasSwitch
        self.version = version
    }

    /// The same events once more in somebody else's words.
    package enum Projection: Sendable, Hashable, CaseIterable {
        case homeAssistant, onvif, geoJSON
    }

    /// One camera, as far as projections tell of it.
    package struct Camera: Sendable, Hashable {
        package var id: SensorID
        package var name: String
        /// As its events have it.
        package var subject: String
        /// Whose it is and where it stands, as its alerts say too.
        package var place: SensorPlace

        /// Makes a camera.
        package init(id: SensorID, name: String, site: SitePath, place: SensorPlace = SensorPlace()) {
            self.id = id
            self.name = name
            subject = site.subject(of: id)
            self.place = place
        }
    }
}
