/// An IPv4 or IPv6 address, as far as deciding whom we may call needs it.
struct IPAddress: Sendable, Hashable {
    /// 4 or 16, in network order.
    let bytes: [UInt8]

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads `192.0.2.1` in four decimal parts, or any form of RFC 4291 section 2.2, without brackets.
    init?(_ text: some StringProtocol) {
        let found = text.contains(":") ? Self.version6(String(text)) : Self.version4(text)
        guard let found else { return nil }
        bytes = found
    }

    /// Reads what C libraries and browsers take for an IPv4 address: one to four parts, each decimal, octal (`0…`) or hexadecimal
    /// (`0x…`), the last one filling what is left. Nil if the last part is no number: then it is a name.
    init?(lenient host: some StringProtocol) {
        var parts = String(host).split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 1, parts.last == "" { parts.removeLast() }
        guard (1...4).contains(parts.count) else { return nil }
        let numbers = parts.compactMap(Self.number)
        guard numbers.count == parts.count, let last = numbers.last else { return nil }
        let leading = numbers.dropLast()
        let room = 8 * UInt64(4 - leading.count)
        guard leading.allSatisfy({ $0 <= 255 }), last < 1 << room else { return nil }
        let rest = [last >> 24, last >> 16, last >> 8, last].map { UInt8($0 & 255) }
        bytes = leading.map { UInt8($0) } + rest.dropFirst(leading.count)
    }

    private static func number(_ part: Substring) -> UInt64? {
        let lowered = part.lowercased()
        if lowered.hasPrefix("0x") { return lowered.count == 2 ? 0 : UInt64(lowered.dropFirst(2), radix: 16) }
        if lowered.hasPrefix("0"), lowered.count > 1 { return UInt64(lowered, radix: 8) }
        return lowered.allSatisfy(\.isASCII) && lowered.first != "+" && lowered.first != "-" ? UInt64(lowered) : nil
    }

    private static func version4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in
            part.allSatisfy { ("0"..."9").contains($0) } && (part.count == 1 || part.first != "0") ? UInt8(part) : nil
        }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: String) -> [UInt8]? {
        guard let gap = text.firstRange(of: "::") else {
            let bytes = groups(text[...])
            return bytes?.count == 16 ? bytes : nil
        }
        guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Groups of hexadecimal digits between colons; the last may be an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let last = version4(part) else { return nil }
                bytes += last
            } else {
                guard (1...4).contains(part.count), part.allSatisfy(\.isHexDigit), let group = UInt16(part, radix: 16)
                else {
                    return nil
                }
                bytes += [UInt8(group >> 8), UInt8(group & 255)]
            }
        }
        return bytes
    }
}

extension IPAddress {
    /// Whether it lies in the public internet, as the IANA special-purpose registries (RFC 6890) draw its bounds.
    ///
    /// Everything else is refused: this machine, private and shared networks, link-local services such as cloud metadata, multicast,
    /// documentation, and IPv6 forms that carry an IPv4 address inside (mapped, NAT64, 6to4, Teredo) and could lead back to one.
    var isPublic: Bool {
        bytes.count == 4 ? isPublicVersion4 : isPublicVersion6
    }

    private static let reservedVersion4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap(Network.init)

    /// Within global unicast, 2000::/3: protocol assignments with Teredo, documentation, 6to4.
    private static let reservedVersion6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"]
        .compactMap(Network.init)

    private var isPublicVersion4: Bool {
        !Self.reservedVersion4.contains { $0.contains(self) }
    }

    private var isPublicVersion6: Bool {
        bytes[0] >> 5 == 0b001 && !Self.reservedVersion6.contains { $0.contains(self) }
    }

    private struct Network: Sendable {
        let address: IPAddress
        let length: Int

        init?(_ text: String) {
            let parts = text.split(separator: "/")
            guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]) else { return nil }
            self.address = address
            self.length = length
        }

        func contains(_ other: IPAddress) -> Bool {
            guard other.bytes.count == address.bytes.count else { return false }
            return (0..<length).allSatisfy { bit in
                (address.bytes[bit / 8] ^ other.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }
}
