import NeuronIncidents

extension EvidenceStage {
    /// Takes what the big stream has brought, where a small one is watched; nil for a camera with one stream.
    mutating func take(_ mainStream: PacketQueue?) {
        guard let mainStream else { return }
        for item in mainStream.take(atMost: .max) {
            switch item {
            case .opened(let parameters, _): open(parameters)
            case .packet(let packet, let arrival): append(packet, arrival: arrival)
            case .gap, .lull, .ended: break
            }
        }
    }
}
