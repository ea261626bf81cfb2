import Glibc
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
        for (option, value) in options { context.channel.setOption(option, value: value).whenFailure { _ in } }
        book.open(context.channel)
    }

    /// What the system is to do by itself, as it knows what the client has taken, and the channel only what was handed on.
    ///
    /// A client that has vanished without a word, as a telephone does that leaves the house, acknowledges nothing: the little that a
    /// quiet stream sends would fill no buffer for hours. Where nothing is sent at all, the system asks in its place.
    private var options: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] {
        let seconds = max(1, patience.nanoseconds / 1_000_000_000)
        return [
            (.socketOption(.so_sndbuf), SocketOptionValue(Self.sendBuffer)),
            (.tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), SocketOptionValue(patience.nanoseconds / 1_000_000)),
            (.socketOption(.so_keepalive), 1),
            (.tcpOption(.init(rawValue: TCP_KEEPIDLE)), SocketOptionValue(seconds)),
            (.tcpOption(.init(rawValue: TCP_KEEPINTVL)), SocketOptionValue(max(1, seconds / 3))),
        ]
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        book.hear(context.channel)
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The system has given the client up before the channel was full.
        if let errno = (error as? IOError)?.errnoCode, [ETIMEDOUT, EHOSTUNREACH].contains(errno) {
            book.countStalled()
        }
        context.fireErrorCaught(error)
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
