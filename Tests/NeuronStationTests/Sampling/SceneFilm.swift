import Foundation
import NeuronTestSupport

/// A scene of 17 s, 25 pictures of 320x180 a second, made once per run of the tests: a yard with a sensor's noise, through which
/// somebody walks from 9.4 s to 12.7 s, so that neither a keyframe each second nor one each two seconds shows the beginning.
enum SceneFilm {
    static let size = (width: 320, height: 180)
    static let event = 9.4...12.74

    /// The pictures, planar 4:2:0, one after the other.
    ///
    /// The file has no name any more, so that it goes with the process; the encoder finds it by its descriptor.
    static func pictures() throws -> FileHandle { try film.get() }

    private static let film = Result { () throws -> FileHandle in
        let folder = try TemporaryDirectory()
        let filter =
            "scale=320:180,setpts=(PTS-STARTPTS)/2,fps=25,trim=end=9,tpad=start_duration=7.88:start_mode=clone,"
            + "noise=alls=6:allf=t:all_seed=7"
        let input = ["-threads", "1", "-i", FixtureLabel.path(of: "clips/walker.mp4"), "-vf", filter, "-threads", "1"]
        return try withExtendedLifetime(folder) {
            try ffmpeg(input + ["-f", "rawvideo", "-pix_fmt", "yuv420p", folder.file("scene.yuv")])
            return try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.file("scene.yuv")))
        }
    }

    /// Encodes the scene.
    ///
    /// - Parameters:
    ///   - name: the file's; its ending says which container.
    ///   - folder: where it is written.
    ///   - codec: the encoder and its options.
    ///   - filter: what is done to the pictures before.
    /// - Returns: the clip's path.
    /// - Throws: if `ffmpeg` fails.
    static func encode(
        _ name: String,
        in folder: TemporaryDirectory,
        _ codec: [String],
        filter: String = "null"
    ) throws -> String {
        let descriptor = try pictures().fileDescriptor
        let source = "/proc/\(ProcessInfo.processInfo.processIdentifier)/fd/\(descriptor)"
        let raw = ["-f", "rawvideo", "-video_size", "320x180", "-framerate", "25", "-pixel_format", "yuv420p"]
        try ffmpeg(raw + ["-i", source, "-threads", "1", "-vf", filter] + codec + [folder.file(name)])
        return folder.file(name)
    }

    private static func ffmpeg(_ arguments: [String]) throws {
        try CommandLineTool.run("ffmpeg", ["-v", "error", "-nostdin", "-y"] + arguments)
    }

    // MARK: Encoders

    /// H.264 as cameras make it: no pictures out of order.
    static func plain(group: Int) -> [String] {
        ["-c:v", "libx264", "-preset", "ultrafast", "-sc_threshold", "0", "-bf", "0", "-g", "\(group)"]
    }

    /// The same at a constant rate, with filling where there is nothing to say.
    static func constantRate(group: Int) -> [String] {
        plain(group: group)
            + ["-b:v", "600k", "-maxrate", "600k", "-bufsize", "600k", "-x264-params", "nal-hrd=cbr"]
    }

    /// H.264 with pictures out of order; an open group's first ones refer to the group before.
    static func reordered(group: Int, isOpen: Bool) -> [String] {
        ["-c:v", "libx264", "-preset", "veryfast", "-sc_threshold", "0", "-bf", "3", "-g", "\(group)"]
            + ["-x264-params", "open-gop=\(isOpen ? 1 : 0)"]
    }

    /// H.265; see ``reordered(group:isOpen:)``.
    static func h265(group: Int, isOpen: Bool, pictures: Int = 3, _ more: String...) -> [String] {
        let options =
            [
                "keyint=\(group)", "min-keyint=\(group)", "scenecut=0", "bframes=\(pictures)",
                "open-gop=\(isOpen ? 1 : 0)",
                "log-level=none", "pools=none", "frame-threads=1",
            ] + more
        return ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", options.joined(separator: ":")]
    }
}
