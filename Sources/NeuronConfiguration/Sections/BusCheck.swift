import NeuronCore

/// What only box, cameras and sinks together can get wrong, once a bus is there.
enum BusCheck {
    static func check(_ configuration: Configuration, _ given: GivenKeys, _ context: inout ReadingContext) {
        guard configuration.sinks.contains(where: \.kind.isBus) else { return }
        checkNames(configuration, given, &context)
        checkClients(configuration, given, &context)
    }

    /// A box and a camera of one name at one site would speak in the same place, each of its own state.
    private static func checkNames(
        _ configuration: Configuration,
        _ given: GivenKeys,
        _ context: inout ReadingContext
    ) {
        let name = configuration.box.rawValue
        let twins = configuration.cameras.filter { $0.id.rawValue == name && $0.site == configuration.site }
        guard !twins.isEmpty, let node = value("id", name, in: given.nodes["cameras"]) else { return }
        context.log.report(
            node,
            "The box is called \(quoted(name)) too, and at the same site; on a bus the two would share a topic. Give one of "
                + "them another name."
        )
    }

    /// Two sessions of one name at one broker throw each other out for ever.
    private static func checkClients(
        _ configuration: Configuration,
        _ given: GivenKeys,
        _ context: inout ReadingContext
    ) {
        var seen: [String: String] = [:]
        for sink in configuration.sinks {
            guard case .mqtt(let mqtt) = sink.kind else { continue }
            let session = "\(mqtt.broker.host):\(mqtt.broker.port) \(mqtt.clientID ?? configuration.box.rawValue)"
            defer { seen[session] = seen[session] ?? sink.name }
            guard let other = seen[session], let node = given.nodes["sinks"] else { continue }
            context.log.report(
                value("name", sink.name, in: node) ?? node,
                "The sink \(quoted(other)) has the same broker and the same `clientId`; give this one another."
            )
        }
    }

    /// The node of a list's item that has a value at a key.
    private static func value(_ key: String, _ text: String, in list: YAMLNode?) -> YAMLNode? {
        guard case .sequence(let items) = list?.content else { return nil }
        for item in items {
            guard case .mapping(let entries) = item.content,
                let node = entries.first(where: { $0.key == key })?.value, case .scalar(text, _) = node.content
            else { continue }
            return node
        }
        return nil
    }
}
