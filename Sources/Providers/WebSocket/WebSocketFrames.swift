import NIOCore
import NIOWebSocket

/// The client's side of RFC 6455 after the handshake: frames to messages and back, pings answered, the closing handshake kept.
final class WebSocketFrames: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketMessage
    typealias OutboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketFrame

    /// In bytes. No message of a speech server is longer.
    static let longestMessage = 1 << 22

    private var opcode: WebSocketOpcode?
    private var fragments: [UInt8] = []
    private var hasClosed = false
    private var wasClosed = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        do {
            // Section 5.1: a server does not mask; section 5.2: no extension was agreed on.
            guard frame.maskKey == nil else { throw Self.breach("a masked frame") }
            guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else { throw Self.breach("a reserved bit") }
            switch frame.opcode {
            case .text, .binary, .continuation: try take(frame, context)
            case .ping:
                guard frame.fin else { throw Self.breach("a fragmented ping") }
                write(.pong, Array(frame.data.readableBytesView), context)
            case .pong: break
            case .connectionClose: try closed(Array(frame.data.readableBytesView), context)
            default: throw Self.breach("opcode \(frame.opcode)")
            }
        } catch {
            context.fireErrorCaught(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !wasClosed, !hasClosed { context.fireErrorCaught(ServerFault.cutShort) }
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .text(let text): write(.text, Array(text.utf8), context, promise)
        case .binary(let bytes): write(.binary, bytes, context, promise)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        sendClose(1000, context)
        context.close(mode: mode, promise: promise)
    }

    private func take(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) throws(ServerFault) {
        if frame.opcode == .continuation {
            guard opcode != nil else { throw Self.breach("a continuation of nothing") }
        } else {
            guard opcode == nil else { throw Self.breach("a message inside another") }
            opcode = frame.opcode
        }
        guard fragments.count + frame.length <= Self.longestMessage else { throw .tooLarge }
        fragments += frame.data.readableBytesView
        guard frame.fin else { return }
        defer { (opcode, fragments) = (nil, []) }
        guard opcode == .text else { return context.fireChannelRead(wrapInboundOut(.binary(fragments))) }
        guard let text = String(validating: fragments, as: UTF8.self) else {
            throw Self.breach("text that is no UTF-8")
        }
        context.fireChannelRead(wrapInboundOut(.text(text)))
    }

    /// Section 5.5.1: a code and a reason, or nothing. 1000 and 1001 are in order.
    private func closed(_ body: [UInt8], _ context: ChannelHandlerContext) throws(ServerFault) {
        wasClosed = true
        let code = body.count >= 2 ? Int(body[0]) << 8 | Int(body[1]) : 1000
        sendClose(1000, context)
        guard code != 1000, code != 1001 else { return context.close(promise: nil) }
        throw .refused(status: code, reason: ServerFault.excerpt(String(decoding: body.dropFirst(2), as: UTF8.self)))
    }

    private func sendClose(_ code: Int, _ context: ChannelHandlerContext) {
        guard !hasClosed, context.channel.isActive else { return }
        hasClosed = true
        write(.connectionClose, [UInt8(code >> 8), UInt8(code & 0xFF)], context)
    }

    private func write(
        _ opcode: WebSocketOpcode,
        _ bytes: [UInt8],
        _ context: ChannelHandlerContext,
        _ promise: EventLoopPromise<Void>? = nil
    ) {
        // Section 5.3: a client masks every frame, each with a new key.
        let frame = WebSocketFrame(
            fin: true,
            opcode: opcode,
            maskKey: .random(),
            data: context.channel.allocator.buffer(bytes: bytes)
        )
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }

    private static func breach(_ what: String) -> ServerFault { .malformed("a WebSocket server sent \(what)") }
}
