import CLinux

/// How much freed memory the C library's allocator may keep for itself.
package enum AllocatorLimits {
    /// Sets them for the rest of the process; called before threads are made.
    ///
    /// - Parameters:
    ///   - arenas: pools that threads are served from. glibc makes up to eight for each core, and each keeps what its threads
    ///     have freed: with a thread for each camera that is memory that grows with their number and that nobody uses.
    ///   - mappedBytes: blocks of so many bytes and more go back to the system when they are freed. glibc raises its own limit to
    ///     the largest block ever freed: pictures then lie among packets, and what was theirs stays with the process.
    package static func set(arenas: Int, mappedBytes: Int) {
        nd_allocator_limits_set(Int32(clamping: arenas), Int32(clamping: mappedBytes))
    }
}
