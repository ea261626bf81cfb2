import NeuronCore
import NeuronMedia

extension MediaError {
    /// A clip that opened and then gave nothing to look at.
    static func withoutPicture(_ source: SourceAddress) -> MediaError {
        MediaError(code: .invalidData, message: "There is no picture in \(source) that can be decoded.")
    }
}
