/// What becomes of a packet.
package enum PacketDecision: Sendable, Hashable {
    /// It stays compressed.
    case leave
    /// It goes through the decoder in its order.
    case decode
    /// It is decoded alone: its picture comes out at once, and nothing that follows depends on it.
    case decodeAlone
    /// As ``decodeAlone``, and the look at its picture is a trial: where it shows something, or where it is time for an audit,
    /// everything since the last look is decoded and looked at first, and the trial never was.
    case tryAlone
    /// Everything since the last look, up to and with this packet, is decoded in its order and looked at.
    case catchUp
    /// As ``catchUp``, and nobody knows yet whether anything is there: the sizes of packets say so.
    case checkGuess
}
