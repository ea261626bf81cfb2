import NeuronCore
package import NeuronMedia

extension MediaError {
    /// A clip that opened and then gave nothing to look at.
    static func withoutPicture(_ source: SourceAddress) -> MediaError {
        MediaError(code: .invalidData, message: "There is no picture in \(source) that can be decoded.")
    }

    /// The exit code of sysexits.h for a clip that could not be played: 66 where there is none, else 65.
    package var clipExitCode: Int32 { [.notFound, .openFailed].contains(code) ? 66 : 65 }
}
