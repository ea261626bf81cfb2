import CFFmpeg
import NeuronCore

/// An open demuxer; owns the `AVFormatContext` and keeps its interrupt alive.
struct FormatContext: ~Copyable {
    let native: UnsafeMutablePointer<AVFormatContext>
    private let interrupt: SourceInterrupt

    /// What a close may take: a camera is told goodbye, if it listens.
    private static let closeTimeout = TimeSpan.seconds(1)

    /// Opens a source by a plan; the caller has armed the interrupt.
    ///
    /// - Parameters:
    ///   - plan: what to tell FFmpeg.
    ///   - interrupt: is asked during every blocking call until the context is closed.
    ///   - failure: makes the error of a status.
    /// - Throws: what `failure` makes of FFmpeg's answer, or `outOfMemory`.
    init(
        _ plan: OpeningPlan,
        interrupt: SourceInterrupt,
        failure: (Int32) -> MediaError
    ) throws(MediaError) {
        var context = avformat_alloc_context()
        guard let allocated = context else { throw .allocating("a demuxer") }
        // Unretained is sound: this struct holds the interrupt for as long as the context lives, and
        // avformat_open_input frees the context itself when it fails, before this function returns.
        allocated.pointee.interrupt_callback = AVIOInterruptCB(
            callback: { opaque in
                guard let opaque else { return 0 }
                return Unmanaged<SourceInterrupt>.fromOpaque(opaque).takeUnretainedValue().shouldReturn ? 1 : 0
            },
            opaque: Unmanaged.passUnretained(interrupt).toOpaque()
        )
        var options = FFmpegDictionary(plan.options)
        let status = avformat_open_input(&context, plan.url, nil, &options.native)
        guard status >= 0, let opened = context else { throw failure(status) }
        native = opened
        self.interrupt = interrupt
    }

    /// Reads until every stream's parameters are known, within the plan's limits.
    func findStreams() -> Int32 {
        // One dictionary per stream; only those that exist by now can be told.
        let options = FFmpegDictionary([("threads", "1"), ("max_pixels", String(CodecContext.maxPixels))])
        var perStream = (0..<Int(native.pointee.nb_streams)).map { _ -> OpaquePointer? in
            var copy: OpaquePointer?
            av_dict_copy(&copy, options.native, 0)
            return copy
        }
        defer { for index in perStream.indices { av_dict_free(&perStream[index]) } }
        return avformat_find_stream_info(native, &perStream)
    }

    /// All streams there are now.
    var streams: [UnsafeMutablePointer<AVStream>] {
        (0..<Int(native.pointee.nb_streams)).compactMap { native.pointee.streams[$0] }
    }

    deinit {
        interrupt.arm(Self.closeTimeout)
        var context: UnsafeMutablePointer<AVFormatContext>? = native
        avformat_close_input(&context)
        interrupt.disarm()
    }
}
