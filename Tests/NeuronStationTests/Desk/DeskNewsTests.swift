import NeuronCore
import NeuronIncidents
import NeuronOutbox
import Testing

@testable import NeuronStation

@Suite struct DeskNewsTests {
    private let news = DeskNews()

    /// Posts a document that is told from others by its revision.
    private func post(_ revisions: Range<Int>) async throws {
        let rig = try await DeskRig()
        let start = try rig.incident()[0]
        _ = try await rig.desk.record([start])
        var document = try await rig.document(start.alertID)
        for revision in revisions {
            document.revision = revision
            news.post(document)
        }
        await rig.outbox.close()
    }

    @Test func `a page holds what came after a count, and what to ask with next`() async throws {
        try await post(0..<3)
        let page = news.changes(after: 1)
        #expect(page.documents.map(\.revision) == [1, 2] && page.count == 3 && !page.hasGap)
        let rest = news.changes(after: page.count)
        #expect(rest.documents.isEmpty && rest.count == 3 && !rest.hasGap)
    }

    @Test func `who asks for what is forgotten is told that something is missing`() async throws {
        try await post(0..<DeskNews.most + 2)
        let late = news.changes(after: 1)
        #expect(late.hasGap && late.documents.first?.revision == 2 && late.documents.count == DeskNews.most)
        let just = news.changes(after: 2)
        #expect(!just.hasGap && just.documents.count == DeskNews.most && just.count == DeskNews.most + 2)
    }
}
