import Glibc
import NeuronCore
import NeuronEvidence

/// Writes files of evidence for as long as it is left alive; it is made to be killed.
///
/// Arguments: the folder, and the run's number. A file's bytes follow from its name and its first eight bytes, which say how many
/// there are. After each commit it writes `<name> <sha256>` to standard output: what stands there must be there, whole.
@main
enum EvidenceCrashProbe {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let run = Int64(arguments[2]) else { exit(64) }
        let store = try EvidenceStore(folder: arguments[1], clock: SystemClock(), policy: RetentionPolicy.keepingAll)
        for number in Int64(0)... {
            let onset = WallTime(nanoseconds: (run * 100_000 + number) * 1_000_000_000)
            let name = EvidenceName(camera: SensorID(sanitising: "gate"), alertID: ULID.text(at: onset), onset: onset)
            let media = try write("\(name.stem).mp4", pieces: 1 + Int(number % 40), to: store)
            let line = Array("\(media.name) \(media.sha256)\n".utf8)
            guard line.withUnsafeBytes({ Glibc.write(1, $0.baseAddress, $0.count) }) == line.count else { exit(74) }
        }
    }

    private static func write(_ name: String, pieces: Int, to store: EvidenceStore) throws -> AlertMedia {
        let file = try store.begin(name)
        let size = 8 + pieces * 5000
        _ = file.write((0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) })
        for piece in 0..<pieces {
            _ = file.write((0..<5000).map { UInt8(truncatingIfNeeded: piece * 31 + $0 + name.utf8.count) })
        }
        return try file.commit(.clip, mediaType: "video/mp4")
    }
}
