/// What goes over a WebSocket, fragments put together.
enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary([UInt8])
}
