extension SessionDescription {
    /// Reads `text`. Lines may end with CR LF or LF.
    init(parsing text: some StringProtocol) throws(SDPError) {
        guard text.utf8.contains(where: { $0 != 0x0A && $0 != 0x0D }) else { throw .empty }
        var origin = Origin(sessionID: 0, version: 0, address: "0.0.0.0")
        var media: [Media] = []
        var session = Media.Inherited()
        var isFirst = true
        // Split as bytes: a grapheme would swallow CR LF.
        for bytes in Substring(text).utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let line = Substring(bytes)
            guard let (type, value) = line.sdpLine else {
                // A first line that is no SDP line means that this is something else altogether.
                if isFirst { throw .malformedLine(String(line.prefix(40))) }
                continue
            }
            isFirst = false
            switch type {
            case "o": origin = Origin(parsing: value) ?? origin
            case "m": media.append(try Media(parsing: value, inheriting: session))
            case "c":
                let address = try Self.address(in: value)
                if media.isEmpty { session.address = address } else { media[media.count - 1].address = address }
            case "a":
                if media.isEmpty { session.read(value) } else { media[media.count - 1].read(attribute: value) }
            default: break
            }
        }
        self.init(origin: origin, media: media)
    }

    /// `IN IP4 192.0.2.1`, perhaps with a multicast TTL behind a slash.
    private static func address(in value: Substring) throws(SDPError) -> String {
        let fields = value.split(separator: " ")
        guard fields.count >= 3, fields[0] == "IN" else { throw .malformedLine("c=" + value.prefix(40)) }
        let address = fields[2].prefix { $0 != "/" }
        guard fields[1] == "IP4", address.isIPv4 else { throw .unsupportedAddress(String(fields[2].prefix(64))) }
        return String(address)
    }
}

extension SessionDescription.Origin {
    /// `- 1 1 IN IP4 192.0.2.1`. Nil if there are no two numbers in it: nothing depends on it.
    fileprivate init?(parsing value: Substring) {
        let fields = value.split(separator: " ")
        guard fields.count == 6, let sessionID = UInt64(fields[1]), let version = UInt64(fields[2]) else { return nil }
        self.init(sessionID: sessionID, version: version, address: String(fields[5]))
    }
}

extension SessionDescription.Media {
    /// What the session level says for all media.
    fileprivate struct Inherited {
        var address: String?
        var direction = SessionDescription.Direction.sendrecv
        var packetTime: Int?

        mutating func read(_ attribute: Substring) {
            if let direction = SessionDescription.Direction(rawValue: String(attribute)) { self.direction = direction }
            if attribute.hasPrefix("ptime:") { packetTime = Int(attribute.dropFirst(6)) }
        }
    }

    /// `audio 4000 RTP/AVP 0 8 101`; the port may carry a count behind a slash.
    fileprivate init(parsing value: Substring, inheriting session: Inherited) throws(SDPError) {
        let fields = value.split(separator: " ")
        guard fields.count >= 4, let port = UInt16(fields[1].prefix { $0 != "/" }) else {
            throw .malformedLine("m=" + value.prefix(40))
        }
        self.init(
            kind: String(fields[0]),
            port: port,
            transport: String(fields[2]),
            formats: fields.dropFirst(3).map(String.init),
            address: session.address,
            direction: session.direction,
            encodings: [:],
            parameters: [:],
            packetTime: session.packetTime
        )
    }

    fileprivate mutating func read(attribute: Substring) {
        if let direction = SessionDescription.Direction(rawValue: String(attribute)) {
            self.direction = direction
            return
        }
        guard let colon = attribute.firstIndex(of: ":") else { return }
        let value = attribute[attribute.index(after: colon)...]
        switch attribute[..<colon] {
        case "rtpmap":
            if let (format, encoding) = value.splitAtBlank { encodings[String(format)] = String(encoding) }
        case "fmtp":
            if let (format, parameters) = value.splitAtBlank { self.parameters[String(format)] = String(parameters) }
        case "ptime":
            packetTime = Int(value)
        default:
            break
        }
    }
}

extension Substring {
    /// `x=…`
    fileprivate var sdpLine: (type: Character, value: Substring)? {
        guard let type = first, dropFirst().first == "=" else { return nil }
        return (type, dropFirst(2))
    }

    fileprivate var splitAtBlank: (Substring, Substring)? {
        guard let blank = firstIndex(of: " ") else { return nil }
        return (self[..<blank], self[index(after: blank)...])
    }
}

extension StringProtocol {
    /// Four decimal numbers of 0 to 255 between dots.
    var isIPv4: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy {
                (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { 48...57 ~= $0 } && UInt8($0) != nil
            }
    }
}
