import NeuronCore

/// A GeoJSON FeatureCollection (RFC 7946) of the box's cameras that have a position, and of what is open there.
enum MapProjection {
    /// More of one camera make no difference on a map.
    private static let mostOpen = 16

    static func publication(of cameras: [CameraState], at boxSubject: String) -> BusPublication? {
        let features = cameras.compactMap(Feature.init)
        guard let payload = ProjectionJSON.bytes(Collection(features: features)) else { return nil }
        return BusPublication(
            topic: "nd/v1/\(boxSubject)/state/map",
            payload: payload,
            isRetained: true,
            contentType: "application/geo+json"
        )
    }

    private struct Collection: Encodable {
        var type = "FeatureCollection"
        var features: [Feature]
    }

    private struct Feature: Encodable {
        var type = "Feature"
        var id: String
        var geometry: Point
        var properties: Properties

        init?(_ state: CameraState) {
            guard let position = state.camera.place.position else { return nil }
            id = state.camera.subject
            geometry = Point(coordinates: [position.longitude, position.latitude])
            properties = Properties(state)
        }
    }

    private struct Point: Encodable {
        var type = "Point"
        /// Longitude first.
        var coordinates: [Double]
    }

    private struct Properties: Encodable {
        var camera: String
        var name: String
        var owner: String?
        var address: String?
        var gbId: String?
        var online: Bool
        var open: [Alert]

        init(_ state: CameraState) {
            camera = state.camera.id.rawValue
            name = state.camera.name
            owner = state.camera.place.owner?.rawValue
            address = state.camera.place.address
            gbId = state.camera.place.gbID
            online = state.isConnected
            open = state.open.suffix(mostOpen).map { Alert(alertId: $0.id, kind: $0.kind, startedAt: $0.since) }
        }
    }

    private struct Alert: Encodable {
        var alertId: String
        var kind: String
        var startedAt: String
    }
}
