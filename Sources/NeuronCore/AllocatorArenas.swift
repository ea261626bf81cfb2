import CLinux

/// The pools that the C library's allocator serves threads from.
package enum AllocatorArenas {
    /// Bounds their number for the rest of the process; called before threads are made.
    ///
    /// glibc makes up to eight for each core, and each keeps what its threads have freed: with a thread for each camera that is
    /// memory that grows with their number and that nobody uses.
    package static func limit(to count: Int) { nd_allocator_arenas_limit(Int32(clamping: count)) }
}
