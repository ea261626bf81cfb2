/// A number that tells bytes apart, the same in each run and on each machine: Swift's own hash differs from run to run.
///
/// FNV-1a, 64 bits, by Fowler, Noll and Vo. Not for what somebody else may choose.
package enum StableHash {
    package static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
