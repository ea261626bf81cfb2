import NeuronCore

/// What is so now at one camera.
struct CameraState: Sendable, Hashable {
    let camera: ProjectionSettings.Camera
    /// Alerts that have begun and not ended, in the order of their beginning.
    private(set) var open: [OpenAlert] = []
    private(set) var isConnected = true

    struct OpenAlert: Sendable, Hashable {
        var id: String
        var kind: String
        var since: String
    }

    /// More than this are never open at once where ends come; without them the oldest go.
    private static let mostOpen = 64

    init(camera: ProjectionSettings.Camera) { self.camera = camera }

    mutating func take(_ facts: EventFacts) {
        guard let alert = facts.alert else { return }
        switch alert.phase {
        case "started":
            guard !open.contains(where: { $0.id == alert.id }) else { return }
            open.append(OpenAlert(id: alert.id, kind: alert.kind, since: alert.startedAt))
            open.removeFirst(max(0, open.count - Self.mostOpen))
        case "ended": open.removeAll { $0.id == alert.id }
        default: break
        }
        // A loss that ends because the daemon stops leaves the camera lost.
        if facts.isType("camera.lost") { isConnected = false }
        if facts.isType("camera.recovered") { isConnected = true }
    }

    /// The retained states, but for `armed`, which is the desk's word.
    var publications: [BusPublication] {
        [
            state("link", isConnected ? "ON" : "OFF"),
            state("motion", has("motion") ? "ON" : "OFF"),
            state("online", isConnected ? "online" : "offline"),
            state("plate", "OFF"),
            state("tamper", has("tamper") ? "ON" : "OFF"),
        ]
        .compactMap { $0 }
    }

    func publications(since before: CameraState) -> [BusPublication] {
        let known = Set(before.publications)
        return publications.filter { !known.contains($0) }
    }

    /// A plate in view is a moment without an end, so nobody who comes later is told of it.
    var sighting: BusPublication {
        BusPublication(topic: topic("plate"), payload: Array("ON".utf8), contentType: Self.text)
    }

    func topic(_ name: String) -> String { "nd/v1/\(camera.subject)/state/\(name)" }

    private static let text = "text/plain; charset=utf-8"

    private func has(_ kind: String) -> Bool { open.contains { $0.kind == kind } }

    private func state(_ name: String, _ text: String) -> BusPublication? {
        BusPublication(topic: topic(name), payload: Array(text.utf8), isRetained: true, contentType: Self.text)
    }
}
