import CCrypto

/// The digest of FIPS 180-4 with 256 bits, computed by OpenSSL.
///
/// Used by one thread at a time. Which evidence was kept and how an alert is named follow from it.
package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// Bytes of a digest.
    package static let count = 32

    /// Makes the digest of nothing yet.
    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL got no memory for a digest") }
        self.context = context
        begin()
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "OpenSSL refused bytes")
    }

    /// The digest of all bytes taken, 32 of them; what is taken then begins another.
    package mutating func finish() -> [UInt8] {
        defer { begin() }
        return [UInt8](unsafeUninitializedCapacity: Self.count) { digest, count in
            precondition(EVP_DigestFinal_ex(context, digest.baseAddress, nil) == 1, "OpenSSL gave no digest")
            count = Self.count
        }
    }

    // Fails where memory has run out, and with a library that has no SHA-256: neither leaves anything to go on with.
    private func begin() {
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "OpenSSL has no SHA-256")
    }

    /// The digest of bytes that are all there, 32 of them.
    package static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var hash = SHA256()
        Array(bytes).withUnsafeBytes { hash.update($0) }
        return hash.finish()
    }
}
