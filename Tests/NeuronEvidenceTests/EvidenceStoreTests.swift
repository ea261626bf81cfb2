import Foundation
import NeuronCore
import NeuronEvidence
import NeuronTestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct EvidenceStoreTests {
    private let folder: TemporaryDirectory
    private let now = WallTime(nanoseconds: 1_795_000_000_000_000_000)

    init() throws { folder = try TemporaryDirectory() }

    private struct StillClock: NeuronClock {
        var now: WallTime
        func wallNow() -> WallTime { now }
        func monotonicNow() -> MonotonicTime { MonotonicTime(nanoseconds: 0) }
    }

    private func store(age: TimeSpan? = nil, bytes: Int64? = nil, free: Int64 = 0) throws -> EvidenceStore {
        try EvidenceStore(folder: folder.file("evidence"), clock: StillClock(now: now)) { _ in
            RetentionPolicy(age: age, bytes: bytes, freeBytes: free)
        }
    }

    private func name(_ age: Int64 = 0, ending: String = ".jpg") -> String {
        EvidenceName(camera: SensorID(sanitising: "gate"), alertID: id(age), onset: now - .seconds(age)).stem + ending
    }

    private func id(_ age: Int64) -> String { ULID.text(at: now - .seconds(age)) }

    private func files() throws -> [String] {
        let all = FileManager.default.enumerator(atPath: folder.file("evidence"))?.allObjects as? [String] ?? []
        return all.filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".mp4") || $0.hasSuffix(".part") }.sorted()
    }

    @Test func `a file has its name when it is whole, and the hash of its bytes`() throws {
        let store = try store()
        let file = try store.begin(name(ending: ".mp4"))
        var bytes: [UInt8] = []
        for part in 0..<100 {
            let piece = (0..<(part * 37)).map { UInt8(truncatingIfNeeded: $0 * 7 + part) }
            bytes += piece
            #expect(file.write(piece))
        }
        #expect(try files() == [name(ending: ".mp4.part")])
        let media = try file.commit(.clip, mediaType: "video/mp4")
        #expect(try files() == [name(ending: ".mp4")])
        let read = try TemporaryDirectory.read(folder.file("evidence/" + media.name))
        #expect(read == bytes && media.byteCount == bytes.count)
        #expect(media.sha256 == SHA256.digest(of: read).hexadecimal)
        #expect(store.usage.bytes == Int64(bytes.count) && store.usage.alerts == 1)
    }

    @Test func `what is not committed leaves nothing behind`() throws {
        let store = try store()
        do {
            let file = try store.begin(name())
            #expect(file.write([1, 2, 3]))
            #expect(store.usage.bytes == 3)
        }
        #expect(try files().isEmpty && store.usage.bytes == 0)
    }

    @Test func `what a crash left is removed at the start, and what is not ours is left alone`() throws {
        _ = try store().keep([1], as: name(), .snapshot, mediaType: "image/jpeg")
        let day = folder.file("evidence/" + name().prefix(15))
        let strange = ["\(day)/notes.txt", "\(day)/half.mp4.part", folder.file("evidence/readme")]
        for path in strange + [folder.file("evidence/" + name(5, ending: ".mp4.part"))] {
            #expect(FileManager.default.createFile(atPath: path, contents: Data([1, 2])))
        }
        let store = try store()
        #expect(store.usage.bytes == 1 && store.usage.alerts == 1)
        #expect(!FileManager.default.fileExists(atPath: folder.file("evidence/" + name(5, ending: ".mp4.part"))))
        for path in strange { #expect(FileManager.default.fileExists(atPath: path)) }
    }

    @Test func `a folder belongs to one program at a time`() throws {
        let first = try store()
        #expect(throws: EvidenceError.self) { _ = try store() }
        withExtendedLifetime(first) {}
    }

    @Test func `older alerts make room for new ones, and empty folders go with them`() throws {
        let store = try store(bytes: 100)
        for age in [300_000, 200_000, 100] {
            _ = try store.keep(Array(repeating: 1, count: 30), as: name(Int64(age)), .snapshot, mediaType: "image/jpeg")
        }
        _ = try store.keep(Array(repeating: 1, count: 60), as: name(0), .snapshot, mediaType: "image/jpeg")
        #expect(try files() == [name(100), name(0)].sorted())
        #expect(store.usage.bytes == 90)
        let days = try FileManager.default.contentsOfDirectory(atPath: folder.file("evidence"))
        #expect(days.filter { $0.hasPrefix("20") } == [String(name(0).prefix(10))])
    }

    @Test func `an open alert keeps its files, and where nothing else can go nothing is written`() throws {
        let store = try store(bytes: 100)
        store.hold(id(100))
        _ = try store.keep(Array(repeating: 1, count: 80), as: name(100), .snapshot, mediaType: "image/jpeg")
        let failure = #expect(throws: EvidenceError.self) {
            _ = try store.keep(Array(repeating: 1, count: 30), as: name(0), .snapshot, mediaType: "image/jpeg")
        }
        #expect(failure?.reason == .diskFull)
        #expect(try files() == [name(100)])
        store.release(id(100))
        _ = try store.keep(Array(repeating: 1, count: 30), as: name(0), .snapshot, mediaType: "image/jpeg")
        #expect(try files() == [name(0)])
    }

    @Test func `a file that outgrows the room ends, and is gone`() throws {
        let store = try store(bytes: 3 << 20)
        do {
            let file = try store.begin(name(ending: ".mp4"))
            let piece = [UInt8](repeating: 5, count: 64 << 10)
            let written = (0..<1000).prefix { _ in file.write(piece) }.count
            #expect((30...64).contains(written))
            #expect(file.failure?.reason == .diskFull)
            #expect(throws: EvidenceError.self) { _ = try file.commit(.clip, mediaType: "video/mp4") }
            #expect(!file.write([1]))
            #expect(try files() == [name(ending: ".mp4.part")])
        }
        #expect(try files().isEmpty && store.usage.bytes == 0)
    }

    /// What cannot be removed: a folder has taken the file's place.
    private func jam(_ name: String) throws {
        let path = folder.file("evidence/" + name)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path + "/x", withIntermediateDirectories: true)
    }

    @Test func `what cannot be removed still counts, and what is younger makes room instead`() throws {
        let store = try store(bytes: 100)
        for age in [200, 100] {
            _ = try store.keep(Array(repeating: 1, count: 40), as: name(Int64(age)), .snapshot, mediaType: "image/jpeg")
        }
        try jam(name(200))
        _ = try store.keep(Array(repeating: 1, count: 50), as: name(0), .snapshot, mediaType: "image/jpeg")
        #expect(try files() == [name(200), name(0)].sorted())
        #expect(store.usage.bytes == 90 && store.usage.alerts == 2)
        let failure = #expect(throws: EvidenceError.self) {
            _ = try store.keep(Array(repeating: 1, count: 70), as: name(1), .snapshot, mediaType: "image/jpeg")
        }
        #expect(failure?.reason == .diskFull && failure?.message.contains("remove") == true)
        #expect(store.usage.bytes == 40)
    }

    @Test func `a sweep says what it could not remove, removes the rest, and tries again`() throws {
        let store = try store(age: .seconds(3600))
        for age in [5000, 4000] {
            _ = try store.keep([1, 2], as: name(Int64(age)), .snapshot, mediaType: "image/jpeg")
        }
        try jam(name(5000))
        let failure = #expect(throws: EvidenceError.self) { try store.sweep() }
        #expect(failure?.message.contains(name(5000)) == true)
        #expect(try files() == [name(5000)] && store.usage.bytes == 2)
        try FileManager.default.removeItem(atPath: folder.file("evidence/" + name(5000)))
        try store.sweep()
        #expect(store.usage.bytes == 0)
    }

    @Test func `a name that a power cut could take back is taken back at once`() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryDirectory()
            let store = try EvidenceStore(
                folder: folder.path,
                clock: SystemClock(),
                policy: RetentionPolicy.keepingAll
            )
            let file = try store.begin("1970-01-01/gate/\(ULID.text(at: .epoch)).jpg")
            #expect(file.write([1, 2, 3]))
            // A folder that cannot be opened cannot be synchronised; the limit holds for this process alone.
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var none = rlimit(rlim_cur: 0, rlim_max: limit.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none)
            let failure = #expect(throws: EvidenceError.self) {
                _ = try file.commit(.snapshot, mediaType: "image/jpeg")
            }
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            #expect(failure?.reason == .diskError)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("1970-01-01/gate")).isEmpty)
            #expect(store.usage.alerts == 0)
        }
    }

    @Test func `nothing is written through a link that somebody laid in the way`() throws {
        let store = try store()
        _ = try store.keep([1], as: name(), .snapshot, mediaType: "image/jpeg")
        let victim = try folder.write([7, 8, 9], to: "victim")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("evidence/" + name(ending: ".mp4.part")),
            withDestinationPath: victim
        )
        #expect(throws: EvidenceError.self) { _ = try store.begin(name(ending: ".mp4")) }
        #expect(try TemporaryDirectory.read(victim) == [7, 8, 9])
    }

    @Test func `a folder is made for its user alone, and one that others may look into is known for that`() throws {
        #expect(try store().isPrivate)
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        try FileManager.default.setAttributes(mode, ofItemAtPath: folder.file("evidence"))
        #expect(try !store().isPrivate)
    }

    @Test func `what is too old goes at a sweep`() throws {
        let store = try store(age: .seconds(3600))
        _ = try store.keep([1, 2], as: name(4000), .snapshot, mediaType: "image/jpeg")
        _ = try store.keep([1, 2], as: name(3000), .snapshot, mediaType: "image/jpeg")
        try store.sweep()
        #expect(try files() == [name(3000)])
    }

    @Test func `a disk on which less is free than must be takes nothing`() throws {
        let failure = #expect(throws: EvidenceError.self) {
            _ = try store(free: .max / 2).keep([1], as: name(), .snapshot, mediaType: "image/jpeg")
        }
        #expect(failure?.reason == .diskFull)
        #expect(try files().isEmpty)
    }

    @Test func `a folder that is a file is refused with a reason`() throws {
        _ = try folder.write([1], to: "evidence")
        let failure = #expect(throws: EvidenceError.self) { _ = try store() }
        #expect(failure?.message.contains("evidence") == true)
    }
}
