/// Takes a body of server-sent events apart as its bytes come in (WHATWG HTML, section 9.2.6).
///
/// Comments, which servers send to keep connections open, and unknown fields are passed over.
package struct EventStreamReader: Sendable {
    package struct Event: Hashable, Sendable {
        /// That of the last event that had one.
        package var id = ""
        package var type = "message"
        package var data = ""
    }

    /// The longest line, in bytes.
    package static let longestLine = 1 << 20

    private var line: [UInt8] = []
    private var event = Event()
    private var data: [String] = []
    private var endsInReturn = false

    package init() {}

    /// The events that `bytes` completes. One without data is none. Throws `LineTooLong`.
    package mutating func take(_ bytes: some Sequence<UInt8>) throws(LineTooLong) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where endsInReturn: endsInReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                endsInReturn = byte == UInt8(ascii: "\r")
                if let event = endLine() { events.append(event) }
            default:
                endsInReturn = false
                line.append(byte)
                guard line.count <= Self.longestLine else { throw LineTooLong() }
            }
        }
        return events
    }

    /// The body is over. Returns an event that lacked its empty line: some servers leave out the last one.
    package mutating func end() -> Event? {
        if !line.isEmpty { _ = endLine() }
        return endLine()
    }

    private mutating func endLine() -> Event? {
        defer { line = [] }
        guard !line.isEmpty else {
            defer {
                event = Event(id: event.id)
                data = []
            }
            guard !data.isEmpty else { return nil }
            event.data = data.joined(separator: "\n")
            return event
        }
        let field = line.prefix { $0 != UInt8(ascii: ":") }
        var rest = line.dropFirst(field.count + 1)
        if rest.first == UInt8(ascii: " ") { rest.removeFirst() }
        let value = String(decoding: rest, as: UTF8.self)
        switch String(decoding: field, as: UTF8.self) {
        case "id": event.id = value
        case "event": event.type = value
        case "data": data.append(value)
        default: break
        }
        return nil
    }
}

/// A line was longer than any that is waited for.
package struct LineTooLong: Error {
    package init() {}
}
