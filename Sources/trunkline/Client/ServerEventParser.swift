/// Reads a stream of server-sent events as its bytes come in (WHATWG HTML section 9.2.6).
struct ServerEventParser {
    struct Event: Hashable, Sendable {
        var id = ""
        var type = "message"
        var data = ""
    }

    private var received: [UInt8] = []
    private var event = Event()
    private var data: [String] = []

    /// The events that `bytes` completes. One without data is none.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [Event] {
        received.append(contentsOf: bytes)
        var events: [Event] = []
        while let line = nextLine() {
            if let event = take(line: line) { events.append(event) }
        }
        return events
    }

    private mutating func nextLine() -> String? {
        guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        var line = received[..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        received.removeSubrange(...end)
        return text
    }

    /// One line; an event if it was the empty one that ends it.
    private mutating func take(line: String) -> Event? {
        guard !line.isEmpty else {
            defer {
                event = Event(id: event.id)
                data = []
            }
            guard !data.isEmpty else { return nil }
            event.data = data.joined(separator: "\n")
            return event
        }
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1]) : ""
        switch parts[0] {
        case "id": event.id = value
        case "event": event.type = value
        case "data": data.append(value)
        default: break
        }
        return nil
    }
}
