/// Takes a body of server-sent events apart (WHATWG HTML, section 9.2.6): the data of each event, as it becomes whole.
///
/// Comments, which servers send to keep connections open, and fields other than `data` are passed over.
struct EventStream: Sendable {
    /// The longest event, in bytes. What is longer is no chat completion.
    static let longest = 1 << 20

    private var line: [UInt8] = []
    private var data: [String] = []
    private var endsInReturn = false

    /// The next bytes. Throws `EventTooLong`.
    mutating func take(_ bytes: some Sequence<UInt8>) throws -> [String] {
        var events: [String] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where endsInReturn: endsInReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                endsInReturn = byte == UInt8(ascii: "\r")
                if let event = endLine() { events.append(event) }
            default:
                endsInReturn = false
                line.append(byte)
                guard line.count <= Self.longest else { throw EventTooLong() }
            }
        }
        return events
    }

    /// The body is over. Returns an event that lacked its empty line: some servers leave out the last one.
    mutating func end() -> String? {
        if !line.isEmpty { _ = endLine() }
        return endLine()
    }

    private mutating func endLine() -> String? {
        defer { line = [] }
        guard !line.isEmpty else {
            defer { data = [] }
            return data.isEmpty ? nil : data.joined(separator: "\n")
        }
        let field = line.prefix { $0 != UInt8(ascii: ":") }
        guard field.elementsEqual("data".utf8) else { return nil }
        let value = line.dropFirst(field.count + 1)
        let hasSpace = value.first == UInt8(ascii: " ")
        data.append(String(decoding: value.dropFirst(hasSpace ? 1 : 0), as: UTF8.self))
        return nil
    }
}

/// An event was longer than any that a chat completion has.
struct EventTooLong: Error {}
