import NIOCore

/// Stands in one connection's path: enters it into the book, bounds what the system keeps for it, and ends it where its client
/// takes nothing of what is sent.
///
/// Used on the connection's event loop only.
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    private let book: ConnectionBook
    private let patience: TimeAmount
    private var alarm: Scheduled<Void>?

    /// What the system may hold for a client that does not read; without it that grows to megabytes.
    private static let sendBuffer = 256 << 10

    init(book: ConnectionBook, patience: Duration) {
        self.book = book
        self.patience = TimeAmount(patience)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.channel.setOption(.socketOption(.so_sndbuf), value: Self.sendBuffer).whenFailure { _ in }
        book.open(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        book.hear(context.channel)
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        forget(context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget(context) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            alarm?.cancel()
            alarm = nil
        } else if alarm == nil {
            let (channel, book) = (context.channel, book)
            alarm = context.eventLoop.scheduleTask(in: patience) {
                book.countStalled()
                channel.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    private func forget(_ context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = nil
        book.close(context.channel)
    }
}
