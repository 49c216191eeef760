import NIOCore
import NIOHTTP1
import NIOWebSocket

typealias WebSocketWire = Wire<WebSocketMessage>

extension Wire where Out == WebSocketMessage {
    /// Opens `url`, `ws:` or `wss:`, with these header fields. Throws for an address that is none.
    static func webSocket(
        _ url: String,
        headers: [(String, String)],
        mouth: WireMouth<WebSocketMessage>
    ) throws(ServerFault) -> WebSocketWire {
        let schemes = ["ws": 80, "http": 80, "wss": 443, "https": 443]
        guard let place = WirePlace(url, schemes: schemes, secure: ["wss", "https"]) else {
            throw .unreachable("no address like wss://api.example.com")
        }
        let usual = place.isSecure ? 443 : 80
        let name = place.host.contains(":") ? "[\(place.host)]" : place.host
        var fields = HTTPHeaders(headers)
        fields.add(name: "Host", value: place.port == usual ? name : "\(name):\(place.port)")
        let target = Self.target(url)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: fields)
        return .open(to: place, mouth: mouth) { channel in
            let refusal = HandshakeRefusal(channel.eventLoop.makePromise(of: Void.self))
            let upgrader = NIOTypedWebSocketClientUpgrader(
                maxFrameSize: WebSocketFrames.longestMessage,
                enableAutomaticErrorHandling: false
            ) { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([WebSocketFrames(), WireEnd(mouth)])
                    return true
                }
            }
            let upgrade = NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head,
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(refusal)
                        return false
                    }
                }
            )
            return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                configuration: .init(upgradeConfiguration: upgrade)
            ).flatMap { isUp in
                if isUp { refusal.told.succeed() }
                return refusal.told.futureResult
            }.flatMapErrorThrowing { error in
                refusal.told.fail(error)
                throw error
            }
        }
    }

    /// Path and query, as they are in `url`.
    private static func target(_ url: String) -> String {
        // `scheme:` and two slashes stand before the host.
        let rest = url.drop { $0 != "/" }.dropFirst(2)
        guard let path = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
        return rest[path] == "?" ? "/" + rest[path...] : String(rest[path...])
    }
}

/// The server did not agree to a WebSocket: what it said instead.
private final class HandshakeRefusal: ChannelInboundHandler, Sendable {
    typealias InboundIn = HTTPClientResponsePart

    let told: EventLoopPromise<Void>

    init(_ told: EventLoopPromise<Void>) {
        self.told = told
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let reason = head.headers.first(name: "dg-error") ?? head.status.reasonPhrase
        told.fail(ServerFault.refused(status: Int(head.status.code), reason: ServerFault.excerpt(reason)))
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        told.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        told.fail(ServerFault.cutShort)
    }
}
