import Foundation
import NeuronCore
import NeuronEvidence
import NeuronMedia
import NeuronTestSupport
import Testing

@testable import NeuronStation

/// Files that no event will name, of a clip in two parts.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EvidenceWorkerTests {
    private let folder: TemporaryDirectory
    private let store: EvidenceStore
    private let clip = "1970-01-01/gate/00000000000000000000000001"

    init() throws {
        folder = try TemporaryDirectory()
        store = try EvidenceStore(
            folder: folder.file("evidence"),
            clock: SystemClock(),
            policy: RetentionPolicy.keepingAll
        )
    }

    private func files() -> [String] {
        let all = FileManager.default.enumerator(atPath: folder.file("evidence"))?.allObjects as? [String] ?? []
        return all.filter { $0.contains(".mp4") }.sorted()
    }

    private func stream(_ size: String) throws -> (parameters: DecoderParameters, packets: [CompressedPacket]) {
        var source = try MediaSource(
            opening: SourceAddress(ClipMaker.make("\(size).mp4", in: folder) { $0.size = size })
        )
        var packets: [CompressedPacket] = []
        while let packet = try source.nextPacket() { packets.append(packet) }
        return (source.decoderParameters, packets)
    }

    /// A worker with a clip of which one part is whole, and one is being written.
    private func begun() throws -> EvidenceWorker {
        var worker = EvidenceWorker(store)
        let (first, second) = (try stream("64x48"), try stream("96x64"))
        worker.perform(.beginClip(clip, first.parameters, first.packets, masks: .none))
        worker.perform(.reopened(clip, second.parameters))
        worker.perform(.packets(clip, second.packets))
        #expect(files() == ["\(clip)-2.mp4.part", "\(clip).mp4"])
        return worker
    }

    @Test func `a clip that is given up leaves none of its parts behind`() throws {
        var worker = try begun()
        worker.perform(.abandonClip(clip))
        #expect(files().isEmpty && store.usage.bytes == 0 && store.usage.alerts == 0)
    }

    @Test func `a clip for which nobody waits any more leaves none of its parts behind`() throws {
        var worker = try begun()
        let ticket = EvidenceTicket()
        #expect(ticket.cancel() == nil)
        worker.perform(.endClip(clip, ticket))
        #expect(files().isEmpty && store.usage.bytes == 0 && store.usage.alerts == 0)
    }

    @Test func `a clip for which somebody waits has both`() throws {
        var worker = try begun()
        let ticket = EvidenceTicket()
        worker.perform(.endClip(clip, ticket))
        #expect(ticket.outcome?.media.map(\.name) == ["\(clip).mp4", "\(clip)-2.mp4"])
        #expect(files().count == 2 && store.usage.alerts == 1)
    }
}
