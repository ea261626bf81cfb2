import NeuronCore

/// The orders of one connection that wait for acknowledgements, by the ids of their messages.
struct MQTTWindow {
    private struct Waiting {
        var order: MQTTOrder
        var outcomes: [MQTTOutcome]
        var missing: Int
    }

    private struct Place {
        var order: Int
        var index: Int
    }

    private var waiting: [Int: Waiting] = [:]
    private var places: [Int32: Place] = [:]
    private var orders = 0

    /// When the first of them has waited long enough.
    var deadline: MonotonicTime? { waiting.values.map(\.order.deadline).min() }

    /// How many messages have no answer yet.
    var missing: Int { waiting.values.reduce(0) { $0 + $1.missing } }

    /// Notes an order of which each message was either sent under an id or refused before.
    mutating func note(_ order: MQTTOrder, _ sent: [Result<Int32, MQTTRefusal>]) {
        var outcomes: [MQTTOutcome] = []
        for (index, result) in sent.enumerated() {
            switch result {
            case .success(let id):
                places[id] = Place(order: orders, index: index)
                outcomes.append(.unanswered)
            case .failure(let refusal):
                outcomes.append(.refused(refusal.reason))
            }
        }
        let missing = outcomes.count { $0 == .unanswered }
        if missing == 0 {
            order.answer(outcomes, nil)
        } else {
            waiting[orders] = Waiting(order: order, outcomes: outcomes, missing: missing)
            orders += 1
        }
    }

    /// Notes an answer of the broker; one to a message that nobody waits for is nothing to us.
    mutating func note(_ id: Int32, _ reason: MQTTReason) -> Bool {
        guard let place = places.removeValue(forKey: id), var entry = waiting[place.order] else { return false }
        entry.outcomes[place.index] = .answered(reason.code)
        entry.missing -= 1
        waiting[place.order] = entry.missing > 0 ? entry : nil
        if entry.missing == 0 { entry.order.answer(entry.outcomes, nil) }
        return true
    }

    /// Gives up on all that is open, and says why.
    mutating func abandon(_ error: MQTTError) {
        let abandoned = waiting.sorted { $0.key < $1.key }
        waiting = [:]
        places = [:]
        for (_, entry) in abandoned { entry.order.answer(entry.outcomes, error) }
    }
}

/// Why a message can't be sent at all, as a clause.
struct MQTTRefusal: Error, Hashable, Sendable {
    var reason: String
}
