import Testing

@testable import NeuronCore

struct SHA256Tests {
    /// FIPS 180-4's own examples, and a million letters.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ), ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]) func `a digest is the standard's`(text: String, times: Int, digest: String) {
        let bytes = Array(repeating: Array(text.utf8), count: times).flatMap(\.self)
        #expect(SHA256.digest(of: bytes).hexadecimal == digest)
    }

    @Test func `it does not matter in which pieces the bytes come`() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var hash = SHA256()
        for piece in [0..<1, 1..<64, 64..<64, 64..<1000] { Array(bytes[piece]).withUnsafeBytes { hash.update($0) } }
        #expect(hash.finish() == SHA256.digest(of: bytes))
    }
}
