import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A connection that speaks in messages. It is opened, written to and closed without waiting: what is sent before it is up goes out when it is.
final class Wire<Out: Sendable>: Sendable {
    /// The connection below, which may be closed before the protocol is up on it.
    private let link: EventLoopFuture<any Channel>
    private let up: EventLoopFuture<any Channel>

    fileprivate init(link: EventLoopFuture<any Channel>, up: EventLoopFuture<any Channel>) {
        self.link = link
        self.up = up
    }

    /// In the order of the calls, from whatever thread they are: on the connection's own thread it would otherwise overtake what waits for it.
    func send(_ message: Out) {
        up.eventLoop.execute { [up] in up.whenSuccess { $0.writeAndFlush(message, promise: nil) } }
    }

    /// Does `work` on the connection's thread, later.
    func schedule(after delay: TimeAmount, _ work: @escaping @Sendable () -> Void) {
        up.eventLoop.scheduleTask(in: delay, work)
    }

    func close() {
        link.whenSuccess { $0.close(promise: nil) }
    }

    deinit {
        close()
    }
}

/// Where to connect.
struct WirePlace: Sendable, Hashable {
    var host: String
    var port: Int
    var isSecure: Bool

    /// Reads `scheme://host:port`, with the ports that `schemes` take by themselves; a scheme in `secure` means TLS.
    init?(_ url: String, schemes: [String: Int], secure: Set<String> = []) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            let usual = schemes[scheme],
            let host = parts.host, !host.isEmpty
        else { return nil }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? usual
        isSecure = secure.contains(scheme)
        guard (1...65_535).contains(port) else { return nil }
    }
}

extension Wire {
    /// Connects. `configure` adds the handlers of the protocol, the last of them a `WireEnd`, and says when it is up. What goes wrong is told to `mouth`.
    static func open<In: Sendable>(
        to place: WirePlace,
        mouth: WireMouth<In>,
        configure: @escaping @Sendable (any Channel) throws -> EventLoopFuture<Void>
    ) -> Wire {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let handshakes = Handshakes()
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(10))
            .channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if place.isSecure {
                        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
                        let isName = (try? SocketAddress(ipAddress: place.host, port: 0)) == nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: isName ? place.host : nil)
                        )
                    }
                    handshakes.note(try configure(channel), on: channel)
                }
            }
        let link = bootstrap.connect(host: place.host, port: place.port)
        let up = link.flatMap {
            channel -> EventLoopFuture<any Channel> in
            guard let handshake = handshakes.handshake(on: channel) else {
                return channel.eventLoop.makeFailedFuture(ChannelError.inputClosed)
            }
            return handshake.map { channel }
        }
        up.whenFailure { error in
            // Whoever did not shake hands is not left on the line.
            link.whenSuccess { $0.close(promise: nil) }
            mouth.end(error)
        }
        return Wire(link: link, up: up)
    }
}

/// The handshakes of the connections that are tried: a name may have several addresses, and only one that answers counts.
private final class Handshakes: Sendable {
    private let futures = Mutex<[ObjectIdentifier: EventLoopFuture<Void>]>([:])

    func note(_ future: EventLoopFuture<Void>, on channel: any Channel) {
        futures.withLock { $0[ObjectIdentifier(channel)] = future }
    }

    func handshake(on channel: any Channel) -> EventLoopFuture<Void>? {
        futures.withLock { $0[ObjectIdentifier(channel)] }
    }
}

/// The receiving end of a connection: what the far end says, and then how it ended, once.
struct WireMouth<In: Sendable>: Sendable {
    let say: @Sendable (In) -> Void
    /// No more: nil if the far end closed the connection in order.
    let end: @Sendable ((any Error)?) -> Void

    init(say: @escaping @Sendable (In) -> Void, end: @escaping @Sendable ((any Error)?) -> Void) {
        self.say = say
        self.end = end
    }

    /// One whose words are a stream, which throws `ServerFault` if the connection did not end in order.
    static func stream() -> (messages: AsyncThrowingStream<In, any Error>, mouth: WireMouth) {
        let (messages, continuation) = AsyncThrowingStream.makeStream(of: In.self)
        let mouth = WireMouth(
            say: { continuation.yield($0) },
            end: { error in continuation.finish(throwing: error.map { ServerFault($0) }) }
        )
        return (messages, mouth)
    }
}

/// The last handler of a wire: what reaches it is a message, and what goes wrong ends it.
final class WireEnd<In: Sendable>: ChannelInboundHandler {
    typealias InboundIn = In

    private let mouth: WireMouth<In>

    init(_ mouth: WireMouth<In>) {
        self.mouth = mouth
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        mouth.say(unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        mouth.end(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        mouth.end(nil)
        context.fireChannelInactive()
    }
}
