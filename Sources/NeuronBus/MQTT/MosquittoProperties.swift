import CMosquitto
import Glibc
import NeuronCore

/// A list of MQTT 5 properties, as libmosquitto takes it; it copies what it is given.
struct MosquittoProperties: ~Copyable {
    /// Nil while it is empty.
    private(set) var list: OpaquePointer?

    deinit {
        var list = list
        mosquitto_property_free_all(&list)
    }

    /// A property that can't be added (no memory, a zero byte in its text) is left out: none of them decides about delivery.
    mutating func add(_ property: mqtt5_property, number: UInt32) {
        mosquitto_property_add_int32(&list, Int32(property.rawValue), number)
    }

    mutating func add(_ property: mqtt5_property, text: String) {
        mosquitto_property_add_string(&list, Int32(property.rawValue), text)
    }

    mutating func add(_ property: mqtt5_property, bytes: [UInt8]) {
        guard let count = UInt16(exactly: bytes.count), count > 0 else { return }
        mosquitto_property_add_binary(&list, Int32(property.rawValue), bytes, count)
    }

    mutating func add(user name: String, _ value: String) {
        mosquitto_property_add_string_pair(&list, Int32(MQTT_PROP_USER_PROPERTY.rawValue), name, value)
    }

    /// The properties of a message that goes out.
    init(of publication: MQTTPublication) {
        list = nil
        add(MQTT_PROP_CONTENT_TYPE, text: publication.contentType)
        if let seconds = publication.expirySeconds { add(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, number: seconds) }
        add(MQTT_PROP_CORRELATION_DATA, bytes: publication.correlation)
        for property in publication.properties { add(user: property.name, property.value) }
    }

    /// The properties of a connection.
    init(of settings: MQTTSettings) {
        list = nil
        add(MQTT_PROP_SESSION_EXPIRY_INTERVAL, number: UInt32(clamping: settings.sessionExpiry.milliseconds / 1000))
        // What is longer the broker does not even send: a flood of huge messages costs this box nothing.
        add(MQTT_PROP_MAXIMUM_PACKET_SIZE, number: 4 * UInt32(BusMessage.longestPayload))
    }

    /// Text that came with a message; nil where there is none.
    static func text(_ property: mqtt5_property, in list: OpaquePointer?) -> String? {
        var copy: UnsafeMutablePointer<CChar>?
        mosquitto_property_read_string(list, Int32(property.rawValue), &copy, false)
        guard let copy else { return nil }
        defer { free(copy) }
        return String(cString: copy)
    }

    /// Bytes that came with a message.
    static func bytes(_ property: mqtt5_property, in list: OpaquePointer?) -> [UInt8] {
        var copy: UnsafeMutableRawPointer?
        var count: UInt16 = 0
        mosquitto_property_read_binary(list, Int32(property.rawValue), &copy, &count, false)
        guard let copy else { return [] }
        defer { free(copy) }
        return Array(UnsafeRawBufferPointer(start: copy, count: Int(count)))
    }
}
