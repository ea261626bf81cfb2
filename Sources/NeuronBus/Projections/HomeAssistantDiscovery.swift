import NeuronCore

/// What lets Home Assistant (2024.11 or later) find the box and its cameras: its device form of MQTT discovery.
struct HomeAssistantDiscovery: Sendable {
    private let settings: ProjectionSettings

    init(_ settings: ProjectionSettings) { self.settings = settings }

    /// One retained message for the box and one for each camera.
    var publications: [BusPublication] {
        let cameras = settings.cameras.sorted { $0.subject < $1.subject }
        return ([publication(boxID, box)] + cameras.map { publication(id(of: $0), device($0)) }).compactMap { $0 }
    }

    /// How long a plate that was sighted counts as in view, in seconds: the event has no end.
    private static let plateHold = 10

    private var boxID: String { "nd_\(settings.box)" }

    /// With the box's name, since a camera's is its own within a box only.
    private func id(of camera: ProjectionSettings.Camera) -> String { "nd_\(settings.box)_\(camera.id)" }

    private func publication(_ id: String, _ device: Device) -> BusPublication? {
        ProjectionJSON.bytes(device).map {
            BusPublication(topic: "\(settings.homeAssistantPrefix)/device/\(id)/config", payload: $0, isRetained: true)
        }
    }

    private var boxOnline: String { "nd/v1/\(settings.boxSubject)/state/online" }

    private var origin: Origin { Origin(name: "neurond", sw: settings.version) }

    private var box: Device {
        var online = Component(
            p: "binary_sensor",
            uniqueID: "\(boxID)_online",
            name: "Bus",
            deviceClass: "connectivity",
            stateTopic: boxOnline
        )
        online.entityCategory = "diagnostic"
        online.payloadOn = "online"
        online.payloadOff = "offline"
        let about = About(ids: [boxID], name: settings.box.rawValue, mdl: "edge box", sw: settings.version)
        return Device(dev: about, o: origin, cmps: ["online": online])
    }

    private func device(_ camera: ProjectionSettings.Camera) -> Device {
        var about = About(ids: [id(of: camera)], name: camera.name, mdl: "video sensor", sw: settings.version)
        about.viaDevice = boxID
        about.serialNumber = camera.place.gbID
        about.suggestedArea = camera.place.address
        var link = sensor(of: camera, "link", "Camera", "connectivity")
        link.entityCategory = "diagnostic"
        // Of its own, or a camera that is lost would be shown as not available instead of as disconnected.
        link.availability = [Topic(topic: boxOnline)]
        var plate = sensor(of: camera, "plate", "Plate in view", "occupancy")
        plate.offDelay = Self.plateHold
        var device = Device(
            dev: about,
            o: origin,
            cmps: [
                "motion": sensor(of: camera, "motion", "Motion", "motion"), "plate": plate,
                "tamper": sensor(of: camera, "tamper", "Tamper", "tamper"), "link": link, "armed": armed(camera),
            ]
        )
        if settings.hasPictures {
            var image = Component(p: "image", uniqueID: "\(id(of: camera))_image", name: "Last alert")
            image.imageTopic = topic(camera, "state/image")
            image.contentType = "image/jpeg"
            device.cmps["snapshot"] = image
        }
        device.avty = [ShortTopic(t: boxOnline), ShortTopic(t: topic(camera, "state/online"))]
        device.avtyMode = "all"
        return device
    }

    private func armed(_ camera: ProjectionSettings.Camera) -> Component {
        var component = sensor(of: camera, "armed", "Armed", nil)
        guard settings.hasSwitch else { return component }
        component.p = "switch"
        component.commandTopic = topic(camera, "cmd/armed")
        component.payloadOn = "ON"
        component.payloadOff = "OFF"
        return component
    }

    private func sensor(
        of camera: ProjectionSettings.Camera,
        _ state: String,
        _ name: String,
        _ deviceClass: String?
    ) -> Component {
        Component(
            p: "binary_sensor",
            uniqueID: "\(id(of: camera))_\(state)",
            name: name,
            deviceClass: deviceClass,
            stateTopic: topic(camera, "state/\(state)")
        )
    }

    private func topic(_ camera: ProjectionSettings.Camera, _ rest: String) -> String {
        "nd/v1/\(camera.subject)/\(rest)"
    }
}

extension HomeAssistantDiscovery {
    /// Names as Home Assistant abbreviates them.
    fileprivate struct Device: Encodable {
        var dev: About
        var o: Origin
        var avty: [ShortTopic]?
        var avtyMode: String?
        var qos = 1
        var cmps: [String: Component]

        private enum CodingKeys: String, CodingKey {
            case dev, o, avty, qos, cmps
            case avtyMode = "avty_mode"
        }
    }

    fileprivate struct About: Encodable {
        var ids: [String]
        var name: String
        var mf = "neurond"
        var mdl: String
        var sw: String
        var viaDevice: String?
        var serialNumber: String?
        var suggestedArea: String?

        private enum CodingKeys: String, CodingKey {
            case ids, name, mf, mdl, sw
            case serialNumber = "sn"
            case suggestedArea = "sa"
            case viaDevice = "via_device"
        }
    }

    fileprivate struct Origin: Encodable {
        var name: String
        var sw: String
    }

    fileprivate struct ShortTopic: Encodable {
        var t: String
    }

    fileprivate struct Topic: Encodable {
        var topic: String
    }

    fileprivate struct Component: Encodable {
        var p: String
        var uniqueID: String
        var name: String
        var deviceClass: String?
        var stateTopic: String?
        var imageTopic: String?
        var contentType: String?
        var entityCategory: String?
        var availability: [Topic]?
        var commandTopic: String?
        var payloadOn: String?
        var payloadOff: String?
        var offDelay: Int?

        private enum CodingKeys: String, CodingKey {
            case p, name, availability
            case uniqueID = "unique_id"
            case deviceClass = "device_class"
            case stateTopic = "state_topic"
            case imageTopic = "image_topic"
            case contentType = "content_type"
            case entityCategory = "entity_category"
            case commandTopic = "command_topic"
            case payloadOn = "payload_on"
            case payloadOff = "payload_off"
            case offDelay = "off_delay"
        }
    }
}
