import CFFmpeg

/// Options on their way into an FFmpeg call; owns the `AVDictionary`.
struct FFmpegDictionary: ~Copyable {
    var native: OpaquePointer?

    init(_ entries: [(String, String)]) {
        var dictionary: OpaquePointer?
        for (key, value) in entries { av_dict_set(&dictionary, key, value, 0) }
        native = dictionary
    }

    deinit {
        var dictionary = native
        av_dict_free(&dictionary)
    }
}
