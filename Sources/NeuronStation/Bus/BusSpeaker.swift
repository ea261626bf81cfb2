import NeuronBus
import Synchronization

/// Where everything that is said on a bus beside the alerts waits for its link, in order.
///
/// What is too much is left out, the oldest first: retained things are said again when a link is made, and whoever got no answer
/// asks again and gets the same.
final class BusSpeaker: Sendable {
    private let queues: [String: AsyncStream<BusPublication>.Continuation]
    private let streams: [String: AsyncStream<BusPublication>]

    /// As many as the largest board of open alerts has within a minute; each is some kilobytes.
    private static let mostWaiting = 1024

    /// Makes the queues of links.
    init(links: [String]) {
        var (queues, streams):
            ([String: AsyncStream<BusPublication>.Continuation], [String: AsyncStream<BusPublication>])
        (queues, streams) = ([:], [:])
        for link in links {
            let (stream, queue) = AsyncStream.makeStream(
                of: BusPublication.self,
                bufferingPolicy: .bufferingNewest(Self.mostWaiting)
            )
            (queues[link], streams[link]) = (queue, stream)
        }
        self.queues = queues
        self.streams = streams
    }

    /// Says something on every link.
    func say(_ publications: [BusPublication]) {
        for queue in queues.values { for publication in publications { queue.yield(publication) } }
    }

    /// Says something on one link.
    func say(_ publications: [BusPublication], on link: String) {
        for publication in publications { queues[link]?.yield(publication) }
    }

    /// What a link has to say; one reader each.
    func publications(of link: String) -> AsyncStream<BusPublication>? { streams[link] }

    /// Nothing more comes for a link; what waits is still given out.
    func finish(_ link: String) { queues[link]?.finish() }
}
