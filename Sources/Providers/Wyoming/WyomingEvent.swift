import Calls
import FoundationEssentials
import NIOCore

/// One event of the Wyoming protocol (github.com/OHF-Voice/wyoming): a line of JSON, perhaps more JSON, perhaps bytes.
struct WyomingEvent: Sendable, Hashable {
    var type: String
    var data: [String: JSONValue] = [:]
    var payload: [UInt8] = []

    func integer(_ name: String) -> Int? {
        if case .integer(let value)? = data[name] { Int(value) } else { nil }
    }

    func text(_ name: String) -> String? {
        if case .string(let value)? = data[name] { value } else { nil }
    }
}

/// The line an event begins with.
private struct WyomingHeader: Codable {
    var type: String
    var data: [String: JSONValue]?
    var dataLength: Int?
    var payloadLength: Int?

    private enum CodingKeys: String, CodingKey {
        case type, data
        case dataLength = "data_length"
        case payloadLength = "payload_length"
    }
}

/// Reads events, and refuses what is none.
struct WyomingDecoder: ByteToMessageDecoder {
    typealias InboundOut = WyomingEvent

    private static let longestLine = 65_536
    /// Bytes of further data, and of audio in one event.
    private static let longestPart = 1 << 22

    private var header: WyomingHeader?

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let header = try header ?? Self.line(&buffer) else { return .needMoreData }
        self.header = header
        let more = header.dataLength ?? 0
        let payload = header.payloadLength ?? 0
        guard (0...Self.longestPart).contains(more), (0...Self.longestPart).contains(payload) else {
            throw ServerFault.malformed("a Wyoming event with \(more) bytes of data and \(payload) of payload")
        }
        guard buffer.readableBytes >= more + payload else { return .needMoreData }
        self.header = nil
        var event = WyomingEvent(type: header.type, data: header.data ?? [:])
        if more > 0 {
            let text = buffer.readBytes(length: more) ?? []
            let members = try JSONDecoder().decode([String: JSONValue].self, from: Data(text))
            event.data.merge(members) { $1 }
        }
        event.payload = buffer.readBytes(length: payload) ?? []
        context.fireChannelRead(wrapInboundOut(event))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer,
        seenEOF: Bool
    ) throws -> DecodingState {
        if try decode(context: context, buffer: &buffer) == .continue { return .continue }
        guard header == nil, buffer.readableBytes == 0 else { throw ServerFault.cutShort }
        return .needMoreData
    }

    private static func line(_ buffer: inout ByteBuffer) throws -> WyomingHeader? {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard buffer.readableBytes <= longestLine else { throw ServerFault.malformed("a Wyoming line without end") }
            return nil
        }
        let length = end - buffer.readerIndex
        guard length <= longestLine, let line = buffer.readBytes(length: length) else {
            throw ServerFault.malformed("a Wyoming line of \(length) bytes")
        }
        buffer.moveReaderIndex(forwardBy: 1)
        do {
            return try JSONDecoder().decode(WyomingHeader.self, from: Data(line))
        } catch {
            throw ServerFault.malformed("a Wyoming line that is no event")
        }
    }
}

struct WyomingEncoder: MessageToByteEncoder {
    typealias OutboundIn = WyomingEvent

    func encode(data event: WyomingEvent, out: inout ByteBuffer) throws {
        let header = WyomingHeader(
            type: event.type,
            data: event.data.isEmpty ? nil : event.data,
            payloadLength: event.payload.isEmpty ? nil : event.payload.count
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        out.writeBytes(try encoder.encode(header))
        out.writeInteger(UInt8(ascii: "\n"))
        out.writeBytes(event.payload)
    }
}

/// A connection to a Wyoming server, and what comes back on it.
struct WyomingWire: Sendable {
    let events: AsyncThrowingStream<WyomingEvent, any Error>
    private let wire: Wire<WyomingEvent>

    init(_ url: String) throws(ServerFault) {
        guard let place = WirePlace(url, schemes: ["tcp": 10_300]) else {
            throw .unreachable("'\(url)' is no address like tcp://127.0.0.1:10300")
        }
        let (events, mouth) = WireMouth<WyomingEvent>.stream()
        self.events = events
        wire = .open(to: place, mouth: mouth) { channel in
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(MessageToByteHandler(WyomingEncoder()))
            try pipeline.addHandler(ByteToMessageHandler(WyomingDecoder()))
            let gate = UpGate(channel.eventLoop.makePromise(of: Void.self))
            try pipeline.addHandler(gate)
            try pipeline.addHandler(WireEnd(mouth))
            return gate.up.futureResult
        }
    }

    func send(_ event: WyomingEvent) {
        wire.send(event)
    }

    func close() {
        wire.close()
    }
}

/// Tells when a connection is up: for protocols that say nothing before.
private final class UpGate: ChannelInboundHandler, Sendable {
    typealias InboundIn = WyomingEvent

    let up: EventLoopPromise<Void>

    init(_ up: EventLoopPromise<Void>) {
        self.up = up
    }

    func channelActive(context: ChannelHandlerContext) {
        up.succeed()
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        up.fail(ChannelError.inputClosed)
    }
}
