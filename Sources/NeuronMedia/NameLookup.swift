import Glibc

/// Whether the last opening on this thread failed because a host's name is unknown.
///
/// FFmpeg returns the same status for it as for a broken disk and says the truth only in its log, on the thread that opens.
enum NameLookup {
    /// The message of `tcp_open` in libavformat, as its format begins.
    static let failureStart = "Failed to resolve hostname"

    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// Forgets what was before.
    static func begin() { set(nil) }

    /// From the log callback.
    static func noteFailure() { set(UnsafeRawPointer(bitPattern: 1)) }

    static var hasFailed: Bool { key.map { pthread_getspecific($0) != nil } ?? false }

    /// The value is a mark and is never followed.
    private static func set(_ mark: UnsafeRawPointer?) {
        if let key { pthread_setspecific(key, mark) }
    }
}
