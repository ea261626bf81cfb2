import CFFmpeg
import Glibc
import NeuronCore

/// An MP4 file that is being written under another name; owns the `AVFormatContext` and its file.
///
/// The file gets its name with ``finish()``; without that, nothing of it stays.
struct OutputFile: ~Copyable {
    let native: UnsafeMutablePointer<AVFormatContext>
    let stream: UnsafeMutablePointer<AVStream>
    private let path: String
    private var isFinished = false

    /// Opens the file and writes its head.
    ///
    /// - Parameters:
    ///   - path: where the file will be.
    ///   - encoder: whose packets will come.
    /// - Throws: where the file cannot be made.
    init(path: String, encoder: borrowing EncoderContext) throws(MediaError) {
        var context: UnsafeMutablePointer<AVFormatContext>?
        // With its protocol, so that no path is taken for an address.
        let status = avformat_alloc_output_context2(&context, nil, "mp4", "file:" + Self.unfinished(path))
        guard status >= 0, let context else { throw .allocating("a file's writer") }
        do throws(MediaError) {
            stream = try Self.begin(context, path, encoder)
        } catch {
            Self.close(context)
            unlink(Self.unfinished(path))
            throw error
        }
        native = context
        self.path = path
    }

    private static func begin(
        _ context: UnsafeMutablePointer<AVFormatContext>,
        _ path: String,
        _ encoder: borrowing EncoderContext
    ) throws(MediaError) -> UnsafeMutablePointer<AVStream> {
        context.pointee.flags |= AVFMT_FLAG_BITEXACT
        guard let stream = avformat_new_stream(context, nil),
            avcodec_parameters_from_context(stream.pointee.codecpar, encoder.native) >= 0
        else { throw .allocating("a stream") }
        stream.pointee.time_base = encoder.native.pointee.time_base
        let opened = avio_open(&context.pointee.pb, context.pointee.url, AVIO_FLAG_WRITE)
        guard opened >= 0 else { throw .writing(path, status: opened) }
        // Still empty: what is filmed is for nobody but who runs this.
        guard chmod(unfinished(path), 0o600) == 0 else { throw .writing(path, status: nd_AVERROR(errno)) }
        let status = avformat_write_header(context, nil)
        guard status >= 0 else { throw .writing(path, status: status) }
        return stream
    }

    /// Writes a packet, whose times are the encoder's.
    func write(_ packet: PacketHandle, timebase: AVRational) throws(MediaError) {
        av_packet_rescale_ts(packet.native, timebase, stream.pointee.time_base)
        packet.native.pointee.stream_index = stream.pointee.index
        let status = av_interleaved_write_frame(native, packet.native)
        guard status >= 0 else { throw .writing(path, status: status) }
    }

    /// Writes the file's end and gives it its name, in place of a file that has it already.
    mutating func finish() throws(MediaError) {
        let status = av_write_trailer(native)
        guard status >= 0 else { throw .writing(path, status: status) }
        let closed = avio_closep(&native.pointee.pb)
        guard closed >= 0 else { throw .writing(path, status: closed) }
        guard rename(Self.unfinished(path), path) == 0 else { throw .writing(path, status: nd_AVERROR(errno)) }
        isFinished = true
    }

    private static func unfinished(_ path: String) -> String { path + ".part" }

    private static func close(_ context: UnsafeMutablePointer<AVFormatContext>) {
        avio_closep(&context.pointee.pb)
        avformat_free_context(context)
    }

    deinit {
        Self.close(native)
        if !isFinished { unlink(Self.unfinished(path)) }
    }
}
