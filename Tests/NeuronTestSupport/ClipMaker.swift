/// Makes small clips with the `ffmpeg` program: a moving test picture, 64x48 unless said otherwise.
package enum ClipMaker {
    /// What a clip is to be like.
    package struct Recipe: Sendable {
        package var size = "64x48"
        package var rate = "10"
        package var frames = 30
        package var codec: [String] = ["-c:v", "libx264", "-g", "10", "-bf", "2"]
        package var pixelFormat = "yuv420p"
        package var hasAudio = false
        /// Options before the output, `-metadata:s:v` for example.
        package var extra: [String] = []

        /// The default: H.264 with B pictures, 10 a second, 30 of them, a keyframe each second.
        package init() {}
    }

    /// H.265 with a keyframe each second; the encoder's own log is off.
    package static let h265 = [
        "-c:v", "libx265", "-x265-params", "keyint=10:min-keyint=10:log-level=none:pools=none:frame-threads=1",
    ]
    package static let mpeg4 = ["-c:v", "mpeg4", "-g", "10", "-bf", "2"]
    package static let mjpeg = ["-c:v", "mjpeg", "-q:v", "3"]
    /// H.264 as cameras make it: no B pictures.
    package static let cameraH264 = ["-c:v", "libx264", "-g", "10", "-bf", "0", "-preset", "ultrafast"]

    /// Encodes a clip; the container follows from the name's ending.
    ///
    /// - Parameters:
    ///   - name: the file's name in `folder`.
    ///   - folder: where it is written.
    ///   - change: alters the default recipe.
    /// - Returns: the clip's path.
    /// - Throws: if `ffmpeg` fails; the error holds what it said.
    package static func make(
        _ name: String,
        in folder: TemporaryDirectory,
        _ change: (inout Recipe) -> Void = { _ in }
    ) throws -> String {
        var recipe = Recipe()
        change(&recipe)
        var arguments = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-threads", "1"]
        arguments += ["-f", "lavfi", "-i", "testsrc=size=\(recipe.size):rate=\(recipe.rate)"]
        if recipe.hasAudio { arguments += ["-f", "lavfi", "-i", "sine=sample_rate=16000"] }
        arguments += ["-frames:v", String(recipe.frames), "-pix_fmt", recipe.pixelFormat, "-threads", "1"]
        arguments += recipe.codec + (recipe.hasAudio ? ["-c:a", "aac", "-shortest"] : []) + recipe.extra
        try CommandLineTool.run("ffmpeg", arguments + [folder.file(name)])
        return folder.file(name)
    }

    /// Copies a clip's packets with other options, without encoding them again.
    package static func remux(
        _ clip: String,
        to name: String,
        in folder: TemporaryDirectory,
        before: [String] = [],
        _ options: [String] = []
    ) throws -> String {
        let arguments = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"] + before + ["-i", clip]
        try CommandLineTool.run("ffmpeg", arguments + ["-c", "copy"] + options + [folder.file(name)])
        return folder.file(name)
    }
}
