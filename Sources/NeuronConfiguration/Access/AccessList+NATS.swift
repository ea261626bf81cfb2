extension AccessList {
    /// The `authorization` block of nats-server, to be included; passwords come from the server's environment.
    ///
    /// - Throws: ``AccessError`` where a box has no sink of type `nats`.
    package func nats() throws(AccessError) -> String {
        var users: [String] = []
        for box in boxes {
            guard !box.nats.isEmpty else {
                throw AccessError(
                    description: "The box '\(box.user)' has no sink of type nats, so it needs no access there."
                )
            }
            users.append(Self.user(box.user, publish: box.published, subscribe: box.subscribed))
        }
        for desk in desks { users.append(Self.user(desk.user, publish: desk.published, subscribe: desk.subscribed)) }
        let head = [
            "# Made by neurond acl --for nats; make it anew when a camera comes or goes, and include it in the server's file.",
            "# The user of the box's credentials is the box's name; the password of box-0007 is the server's $ND_BOX_0007.",
        ]
        return (head + ["authorization {", "  users = ["] + users + ["  ]", "}"]).joined(separator: "\n") + "\n"
    }

    private static func user(_ name: String, publish: [String], subscribe: [String]) -> String {
        let variable = "ND_" + name.uppercased().replacing("-", with: "_")
        func list(_ subjects: [String]) -> String {
            subjects.map { "          \"\($0)\"" }.joined(separator: "\n")
        }
        return """
                { user: "\(name)", password: $\(variable), permissions: {
                    publish: { allow: [
            \(list(publish))
                    ] }
                    subscribe: { allow: [
            \(list(subscribe))
                    ] }
                } }
            """
    }
}

extension BoxAccess {
    fileprivate var published: [String] {
        let own = subjects.flatMap { subject in Self.spoken.map { "nd.v1.\(dotted(subject)).\($0).>" } }
        return own + nats.flatMap(requests).uniqued
    }

    fileprivate var subscribed: [String] {
        ["_INBOX.\(user).>"] + subjects.flatMap { subject in Self.heard.map { "nd.v1.\(dotted(subject)).\($0).>" } }
    }

    /// What the box asks of JetStream: as the link of NeuronBus asks it, and nothing besides.
    ///
    /// A consumer is asked for by name and filter, so that a box gets what is said to itself and to its own cameras alone.
    private func requests(_ nats: NATSConfiguration) -> [String] {
        let api = nats.domain.map { "$JS.\($0).API" } ?? "$JS.API"
        let streams = [nats.stream, "ND_FB", "ND_CMD", "ND_STATE"]
        var requested: [String] = []
        if nats.managesStreams {
            requested += ["INFO", "CREATE"].flatMap { verb in streams.map { "\(api).STREAM.\(verb).\($0)" } }
            requested.append("\(api).STREAM.PURGE.ND_STATE")
        }
        guard nats.listens else { return requested }
        for (stream, kind) in [("ND_FB", "fb"), ("ND_CMD", "cmd")] {
            requested += subjects.map { "\(api).CONSUMER.CREATE.\(stream).*.nd.v1.\(dotted($0)).\(kind).*" }
            requested.append("$JS.ACK.\(stream).>")
        }
        return requested
    }
}

extension DeskAccess {
    fileprivate var published: [String] {
        let place = dotted(filter)
        // A consumer of the desk's own name: whoever made it chose what it shows.
        return spoken.map { "nd.v1.\(place).\($0).*" } + [
            "$JS.API.CONSUMER.INFO.ND_EVT.\(user)", "$JS.API.CONSUMER.MSG.NEXT.ND_EVT.\(user)",
            "$JS.ACK.ND_EVT.\(user).>",
        ]
    }

    fileprivate var subscribed: [String] { ["_INBOX.\(user).>", "nd.v1.\(dotted(levels.joined(separator: "/"))).>"] }
}

extension [String] {
    /// Each once, in the order of its first place.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

/// A filter of MQTT as a subject of NATS.
private func dotted(_ filter: String) -> String { filter.replacing("/", with: ".").replacing("+", with: "*") }
