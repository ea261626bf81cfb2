import Foundation
import Glibc
import NeuronCore

/// A folder of its own for one test; it goes with the test.
final class ScratchFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/bus-test-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A file system of its own that is soon full; it is unmounted with the test.
final class SmallDisk {
    let path: String

    init(at path: String, kilobytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
            throw SystemError("mount a small file system")
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }
}

/// An alert whose body has a given length in bytes, if that is long enough for its id.
func alert(_ number: Int, bytes: Int = 0) -> StoredAlert {
    let short = #"{"id":"\#(number)"}"#
    let missing = bytes - short.utf8.count - 9
    let body = missing > 0 ? #"{"id":"\#(number)","pad":"\#(String(repeating: "x", count: missing))"}"# : short
    return StoredAlert(
        row: Int64(number),
        id: "\(number)",
        alertID: "\(number)",
        source: "urn:neurond:box:a",
        type: "org.neurond.motion.started.v1",
        subject: "_/_/_/_/a",
        time: .epoch,
        body: Array(body.utf8)
    )
}
