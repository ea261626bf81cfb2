import NeuronCore
import Testing

@Suite struct ULIDTests {
    /// The example of the specification.
    private let example = "01ARYZ6S41TSV4RRFFQ69G5FAV"
    private let time = WallTime(nanoseconds: 1_469_918_176_385_000_000)

    @Test func `a name says its time, and is made of it`() {
        #expect(ULID.time(of: example) == time)
        #expect(ULID.text(at: time) == "01ARYZ6S410000000000000000")
        #expect(ULID.text(at: time, tail: Array(repeating: 255, count: 10)) == "01ARYZ6S41ZZZZZZZZZZZZZZZZ")
        #expect(ULID.text(at: .epoch - .seconds(1)) == String(repeating: "0", count: 26))
    }

    @Test(arguments: ["", "01ARYZ6S41TSV4RRFFQ69G5FA", "01ARYZ6S41TSV4RRFFQ69G5FAVX", "01aryz6s41tsv4rrffq69g5fav"])
    func `a text of another length or other digits is no name`(text: String) {
        #expect(!ULID.isOne(text) && ULID.time(of: text) == nil)
    }

    @Test func `a letter that the alphabet leaves out is no digit`() {
        for letter in "ILOU" { #expect(!ULID.isOne(example.replacing("Q", with: String(letter)))) }
        #expect(ULID.isOne(example))
    }

    @Test func `bytes have two digits each`() {
        #expect([UInt8]([0, 9, 10, 171, 255]).hexadecimal == "00090aabff" && [UInt8]().hexadecimal == "")
    }
}
