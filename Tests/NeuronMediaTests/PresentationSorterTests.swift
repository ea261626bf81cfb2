import NeuronTestSupport
import Testing

@testable import NeuronMedia

@Suite struct PresentationSorterTests {
    /// Sends pictures through, keyframes where the order begins anew, and gives each one's slot in decoding order.
    private func slots(_ orders: [Int], keyframes: Set<Int> = [0], depth: Int) -> [Int64] {
        var sorter = PresentationSorter<Int>(depth: depth)
        var slots: [Int64] = []
        for (index, order) in orders.enumerated() {
            sorter.add(index, order: order, isKeyframe: keyframes.contains(index), slot: Int64(index) * 10)
            while let (element, slot) = sorter.next() {
                #expect(element == slots.count)
                slots.append(slot)
            }
        }
        sorter.finish()
        while let (_, slot) = sorter.next() { slots.append(slot) }
        return slots
    }

    @Test func `pictures in order keep their places`() {
        #expect(slots([0, 2, 4, 6], depth: 16) == [0, 10, 20, 30])
    }

    @Test func `a picture shown later gets a later slot`() {
        #expect(slots([0, 6, 2, 4, 12, 8, 10], depth: 16) == [0, 30, 10, 20, 60, 40, 50])
    }

    @Test func `a count that begins anew at a keyframe comes after all before it`() {
        #expect(slots([0, 4, 2, 0, 4, 2], keyframes: [0, 3], depth: 16) == [0, 20, 10, 30, 50, 40])
    }

    @Test func `pictures that lead up to a keyframe are shown before it`() {
        #expect(slots([0, 2, 8, 4, 6, 10], keyframes: [0, 2], depth: 16) == [0, 10, 40, 20, 30, 50])
    }

    @Test func `with a depth of one each reference waits for the next`() {
        // I P B B P B, where a B picture has the lowest number of all.
        #expect(slots([1, 2, .min, .min, 5, .min], depth: 1) == [0, 30, 10, 20, 50, 40])
    }

    @Test func `nothing is held back further than the depth`() {
        var sorter = PresentationSorter<Int>(depth: 2)
        for index in 0..<3 { sorter.add(index, order: index, isKeyframe: index == 0, slot: Int64(index)) }
        #expect(sorter.next()?.slot == 0)
        #expect(sorter.next() == nil)
    }

    @Test(arguments: 0..<10)
    func `any order within the depth comes out sorted`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var orders = Array(0..<200)
        for start in stride(from: 0, to: 200, by: 16) {
            orders[start..<min(200, start + 16)].shuffle(using: &random)
        }
        let slots = slots(orders, keyframes: [], depth: 16)
        #expect(slots == orders.map { Int64($0) * 10 })
    }
}
