import Foundation
import Logging
import NeuronConfiguration
import NeuronCore
import NeuronEvidence
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// The thread that writes for all cameras, and what it removes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EvidenceThreadTests {
    private let folder: TemporaryDirectory
    private let now = WallTime(nanoseconds: 1_795_000_000_000_000_000)
    private let clock: DeskClock
    private let logger = Logger(label: "evidence") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = try TemporaryDirectory()
        clock = DeskClock(now)
    }

    private func name(daysOld days: Int64) -> String {
        let onset = now - .seconds(days * 86_400)
        let name = EvidenceName(camera: SensorID(sanitising: "gate"), alertID: ULID.text(at: onset), onset: onset)
        return name.stem + ".jpg"
    }

    private func pictures() -> [String] {
        let all = FileManager.default.enumerator(atPath: folder.file("evidence"))?.allObjects as? [String] ?? []
        return all.filter { $0.hasSuffix(".jpg") }.sorted()
    }

    private func store() throws -> EvidenceStore {
        try EvidenceStore(folder: folder.file("evidence"), clock: clock) { _ in
            RetentionPolicy(age: .seconds(7 * 86_400), bytes: nil, freeBytes: 0)
        }
    }

    @Test func `what is too old goes where something is to be written all the time, too`() throws {
        let thread = EvidenceThread(try store(), clock: clock, logger: logger)
        #expect(thread.submit(.picture([1], name: name(daysOld: 8), EvidenceTicket())))
        clock.pass(61)
        for day in 1...5 { #expect(thread.submit(.picture([1], name: name(daysOld: Int64(day)), EvidenceTicket()))) }
        thread.stop(within: .seconds(300))
        #expect(pictures() == (1...5).map { name(daysOld: $0) }.sorted())
    }

    private func configuration(_ evidence: String) throws -> Configuration {
        let text = """
            state: \(folder.path)
            evidence: \(evidence)
            cameras: [{id: gate, source: rtsp://127.0.0.1/}]
            """
        return try ConfigurationReader.read(text: text, environment: [:])
    }

    @Test func `where evidence was turned off, nothing new is kept and what there is grows old as it was said to`()
        throws
    {
        do {
            let store = try store()
            for days in [8, 1] {
                _ = try store.keep([1], as: name(daysOld: Int64(days)), .snapshot, mediaType: "image/jpeg")
            }
        }
        let configuration = try configuration("{enabled: false}")
        let thread = try #require(EvidenceThread(configuration, clock: clock, logger: logger))
        #expect(CameraPlan.all(of: configuration, evidence: thread).allSatisfy { $0.evidence == nil })
        thread.stop(within: .seconds(300))
        #expect(pictures() == [name(daysOld: 1)])
    }

    @Test func `where evidence was always off, no folder is made`() throws {
        #expect(try EvidenceThread(configuration("{enabled: false}"), clock: clock, logger: logger) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.file("evidence")))
    }
}
