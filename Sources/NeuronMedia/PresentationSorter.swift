/// Finds when each picture is shown in a stream that stores pictures out of order and stamps none of them.
///
/// Raw H.264 and H.265 and both in AVI are such streams. Packets come in decoding order with the codec's own picture
/// order; they leave in decoding order too, each with the slot it is shown in: the first picture shown has the first
/// slot. A slot is fixed as soon as `depth` later pictures are known, which is as far as a codec can reorder.
struct PresentationSorter<Element>: ~Copyable {
    private let depth: Int
    private var entries: [Entry] = []
    /// Entries before this one have left.
    private var head = 0
    private var freeSlots: [Int64] = []
    private var sequence = 0
    private var latestOrder = Int.min
    private var slotlessCount = 0

    private struct Entry {
        var element: Element?
        var sequence: Int
        var order: Int
        var slot: Int64?
    }

    init(depth: Int) { self.depth = depth }

    /// Takes the next packet in decoding order.
    ///
    /// - Parameters:
    ///   - element: the packet.
    ///   - order: the codec's picture order count, or for codecs without one a number below all for a B picture.
    ///   - isKeyframe: a keyframe that doesn't rise above those before it starts a new count.
    ///   - slot: the time that goes with this place in the stream; times rise.
    mutating func add(_ element: Element, order: Int, isKeyframe: Bool, slot: Int64) {
        if isKeyframe, order <= latestOrder {
            sequence += 1
            latestOrder = order
        }
        latestOrder = max(latestOrder, order)
        entries.append(Entry(element: element, sequence: sequence, order: order, slot: nil))
        freeSlots.append(slot)
        slotlessCount += 1
        while slotlessCount > depth { giveNextSlot() }
    }

    /// Says that no more packets come: all that are held get their slots.
    mutating func finish() {
        while slotlessCount > 0 { giveNextSlot() }
    }

    /// The next packet in decoding order whose slot is known.
    mutating func next() -> (element: Element, slot: Int64)? {
        guard head < entries.count, let slot = entries[head].slot, let element = entries[head].element.take() else {
            return nil
        }
        head += 1
        if head > 64 {
            entries.removeFirst(head)
            head = 0
        }
        return (element, slot)
    }

    private mutating func giveNextSlot() {
        let waiting = entries[head...].indices.filter { entries[$0].slot == nil }
        let first = waiting.min {
            (entries[$0].sequence, entries[$0].order, $0) < (entries[$1].sequence, entries[$1].order, $1)
        }
        guard let first else { return }
        entries[first].slot = freeSlots.removeFirst()
        slotlessCount -= 1
    }
}
