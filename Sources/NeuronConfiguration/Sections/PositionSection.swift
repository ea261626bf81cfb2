import NeuronCore

extension ConfigurationSection<GeoPosition> {
    /// A point on the earth.
    static let position = ConfigurationSection(
        name: "position",
        summary: "A point on the earth in degrees of WGS 84.",
        prototype: GeoPosition(latitude: 0, longitude: 0),
        fields: [
            ConfigurationField(
                "lat",
                \.latitude,
                .degrees(90),
                isRequired: true,
                "The latitude; the south is negative."
            ),
            ConfigurationField(
                "lon",
                \.longitude,
                .degrees(180),
                isRequired: true,
                "The longitude; the west is negative."
            ),
        ],
        advice: [
            "latitude": "Did you mean `lat`?", "longitude": "Did you mean `lon`?", "lng": "Did you mean `lon`?",
            "long": "Did you mean `lon`?",
        ]
    )
}

extension ConfigurationField<CameraConfiguration> {
    /// The position; a field of its own because there is none until somebody says so.
    static let position: ConfigurationField = {
        let section = ConfigurationSection<GeoPosition>.position
        return ConfigurationField(
            key: "position",
            summary: "Where the camera stands, for maps; alerts carry it.",
            typeName: "mapping, see [\(section.name)](#\(section.name))",
            schema: .members(["$ref": .string("#/$defs/\(section.name)")]),
            isRequired: false,
            defaultNote: "none",
            children: [section.description],
            text: { _ in "" },
            read: { node, camera, context in
                guard let position = section.read(node, from: section.prototype, &context) else { return false }
                camera.place.position = position
                return true
            }
        )
    }()
}
