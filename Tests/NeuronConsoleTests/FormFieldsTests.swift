import Testing

@testable import NeuronConsole

@Suite struct FormFieldsTests {
    @Test(arguments: [
        ("a=1%2B1+2", "1+1 2"), ("x=y&a=%E2%82%AC&z", "\u{20AC}"), ("a", ""), ("a=", ""), ("%61=b=c&&", "b=c"),
        ("b=%zz&a=1", "1"), ("A=1", nil), ("", nil),
    ])
    func `a field is found and decoded, whatever the others say`(text: String, value: String?) throws {
        #expect(try FormFields(text).text("a") == value)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%+1", "a=%ff"])
    func `what cannot be decoded is refused`(text: String) {
        #expect(throws: ConsoleProblem.self) { try FormFields(text).text("a") }
    }

    @Test func `a field that stands there twice is refused, as nobody knows which one counts`() {
        #expect(throws: ConsoleProblem.self) { try FormFields("a=1&b=2&%61=1").text("a") }
    }
}
