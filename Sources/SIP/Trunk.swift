/// A way to a carrier.
package struct Trunk: Sendable, Hashable {
    /// What a dial request calls it.
    package var name: String
    /// Where the INVITE goes: `sip:carrier.example;transport=tcp`, `sip:192.0.2.1:5060;transport=udp`. The host is also the domain of
    /// the dialed number.
    package var uri: String
    /// A proxy that requests outside a dialog pass through first (a preloaded Route, RFC 3261 section 8.1.1.1), in the form of `uri`.
    package var outboundProxy: String?
    /// For digest authentication. No colons: neither here nor in the password, a limit of the SIP library.
    package var username: String?
    package var password: TrunkSecret?
    /// The domain of the caller ID. Nil: our own address.
    package var fromDomain: String?
    /// Whether the caller ID also travels as P-Asserted-Identity (RFC 3325).
    package var assertedIdentity: Bool
    /// In order of preference.
    package var codecs: [TrunkCodec]

    package init(
        name: String,
        uri: String,
        outboundProxy: String? = nil,
        username: String? = nil,
        password: TrunkSecret? = nil,
        fromDomain: String? = nil,
        assertedIdentity: Bool = false,
        codecs: [TrunkCodec] = [.pcmu, .pcma]
    ) {
        self.name = name
        self.uri = uri
        self.outboundProxy = outboundProxy
        self.username = username
        self.password = password
        self.fromDomain = fromDomain
        self.assertedIdentity = assertedIdentity
        self.codecs = codecs
    }
}

/// A password that shows itself to nobody who did not ask for it by name.
package struct TrunkSecret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package let value: String

    package init(_ value: String) {
        self.value = value
    }

    package var description: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Trunk {
    /// The parts of `uri`, checked once.
    struct Destination: Sendable, Hashable {
        /// Host and port.
        var authority: String
        /// From the first semicolon on, or empty.
        var parameters: String

        /// The host without its port.
        var host: Substring { authority.prefix { $0 != ":" } }

        func uri(user: String) -> String { "sip:\(user)@\(authority)\(parameters)" }
        var uri: String { "sip:\(authority)\(parameters)" }
        var isTCP: Bool { parameters.lowercased().contains(";transport=tcp") }
    }

    /// Throws if a field could not be written into a SIP message as it is.
    func checked() throws(SIPError) -> (destination: Destination, route: String?) {
        guard let destination = Destination(uri) else {
            throw .badTrunk(name, "uri has to look like sip:host:port;transport=udp")
        }
        var route: String?
        if let outboundProxy {
            guard let proxy = Destination(outboundProxy) else {
                throw .badTrunk(name, "outboundProxy has to look like sip:host:port;transport=udp")
            }
            route = "<\(proxy.uri);lr>"
        }
        for text in [username, password?.value] where text?.contains(where: { $0 == ":" || $0 == "\"" }) == true {
            throw .badTrunk(name, "username and password may not contain colons or quotation marks")
        }
        for text in [username, password?.value, fromDomain] where text.map(HeaderText.isWritable) == false {
            throw .badTrunk(name, "username, password and fromDomain may not contain control characters")
        }
        if let fromDomain, !Destination.isAuthority(fromDomain) {
            throw .badTrunk(name, "fromDomain has to be a host name or an address")
        }
        if (username == nil) != (password == nil) { throw .badTrunk(name, "username and password go together") }
        if codecs.isEmpty { throw .badTrunk(name, "codecs has to name pcmu or pcma") }
        return (destination, route)
    }
}

extension Trunk.Destination {
    init?(_ uri: String) {
        guard uri.hasPrefix("sip:") else { return nil }
        let rest = uri.dropFirst(4)
        let end = rest.firstIndex(of: ";") ?? rest.endIndex
        guard Self.isAuthority(rest[..<end]) else { return nil }
        let isParameter = { (byte: UInt8) in byte > 0x20 && byte < 0x7F && !"<>\",?".utf8.contains(byte) }
        guard rest[end...].utf8.allSatisfy(isParameter) else { return nil }
        self.init(authority: String(rest[..<end]), parameters: String(rest[end...]))
    }

    /// A name or an IPv4 address, perhaps with a port.
    static func isAuthority(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2 else { return false }
        let isHost = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
        return isHost && (parts.count == 1 || UInt16(parts[1]).map { $0 > 0 } == true)
    }
}
