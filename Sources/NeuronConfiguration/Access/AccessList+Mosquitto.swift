extension AccessList {
    /// The `acl_file` of mosquitto; a user is the common name of a certificate (`use_identity_as_username true`).
    ///
    /// - Throws: ``AccessError`` where a box has no sink of type `mqtt`.
    package func mosquitto() throws(AccessError) -> String {
        var lines = [
            "# Made by neurond acl --for mosquitto; make it anew when a camera comes or goes.",
            "# mosquitto.conf: require_certificate true, use_identity_as_username true, acl_file FILE, allow_anonymous false.",
        ]
        for box in boxes {
            guard !box.mqtt.isEmpty else {
                throw AccessError(
                    description: "The box '\(box.user)' has no sink of type mqtt, so it needs no access there."
                )
            }
            lines += ["", "user \(box.user)"] + box.subjects.flatMap(Self.lines)
            lines += box.projectionTopics.map { "topic write \($0)" }
        }
        for desk in desks {
            lines += ["", "user \(desk.user)", "topic read nd/v1/\(desk.levels.joined(separator: "/"))/#"]
            lines += desk.spoken.map { "topic write nd/v1/\(desk.filter)/\($0)/+" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of subject: String) -> [String] {
        BoxAccess.spoken.map { "topic write nd/v1/\(subject)/\($0)/#" }
            + BoxAccess.heard.map { "topic read nd/v1/\(subject)/\($0)/#" }
    }
}

extension BoxAccess {
    /// Topics of projections that do not lie in a class of the box's own.
    fileprivate var projectionTopics: [String] {
        let prefixes = mqtt.filter { $0.projections.contains(.homeassistant) }.map(\.homeAssistant.prefix)
        let devices = [user] + cameras.map { "\(user)_\($0.id)" }
        let discovery = Set(prefixes).sorted().flatMap { prefix in devices.map { "\(prefix)/device/nd_\($0)/config" } }
        let hasOnvif = mqtt.contains { $0.projections.contains(.onvif) }
        return discovery + (hasOnvif ? cameras.map { "nd/v1/\($0.subject)/onvif-ej/#" } : [])
    }
}

extension DeskAccess {
    /// The classes of topics in which a desk speaks.
    var spoken: [String] { commands ? ["fb", "cmd"] : ["fb"] }
}
