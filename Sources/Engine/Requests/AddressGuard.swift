import FoundationEssentials

/// Keeps customers' callback URLs from reaching into the operator's own network.
///
/// A URL is looked at twice: when a call is placed, as far as it shows by itself, and at every try, when its name has been resolved. The
/// address found good is the one dialed, so a name cannot change its meaning in between.
struct AddressGuard: Sendable {
    let allowPrivateAddresses: Bool

    /// What is wrong with `url`, in words for whoever sent it. Nil if nothing shows before its name is resolved.
    func problem(with url: String) -> String? {
        guard let receiver = Receiver(url) else {
            return "Not a URL with a scheme and a host, at most 2048 characters long"
        }
        guard receiver.scheme == "https" || (receiver.scheme == "http" && allowPrivateAddresses) else {
            return "Must begin with https://"
        }
        guard !receiver.hasCredentials else { return "Must not carry a user name or password" }
        guard !allowPrivateAddresses else { return nil }
        if let address = receiver.literal {
            return address.isPublic ? nil : "\(receiver.host) is not a public address"
        }
        let isLocalName =
            !receiver.host.contains(".")
            || ["localhost", "local", "internal", "home.arpa"].contains { receiver.host.hasSuffix("." + $0) }
        return isLocalName ? "\(receiver.host) is not a public name" : nil
    }

    /// Where `receiver` is, if it may be called.
    func resolve(_ receiver: Receiver, with resolver: NameResolver) async throws -> String {
        let host = receiver.host
        let found: String?
        do {
            found = try await resolver.address(of: host, port: receiver.port)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DeliveryFailure(reason: "The name \(host) could not be resolved")
        }
        guard let found, let address = IPAddress(found) else {
            throw DeliveryFailure(reason: "The name \(host) leads to no IP address")
        }
        guard allowPrivateAddresses || address.isPublic else {
            throw DeliveryFailure(reason: "\(host) is not at a public address", isForbidden: true)
        }
        return found
    }
}

/// Why there was no HTTP answer, in plain words for the delivery log.
struct DeliveryFailure: Error, Hashable {
    var reason: String
    /// We may not go there, and that will not change by itself.
    var isForbidden = false
}

/// A receiver's URL, taken apart.
struct Receiver: Sendable, Hashable {
    let scheme: String
    /// Lowercase, IPv6 addresses without brackets.
    let host: String
    let port: Int
    let hasCredentials: Bool
    /// The same URL, spelled from its parts: whoever reads it finds the same host.
    let url: String

    init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let written = parts.host?.lowercased(), !written.isEmpty
        else { return nil }
        let host = written.hasPrefix("[") && written.hasSuffix("]") ? String(written.dropFirst().dropLast()) : written
        let port = parts.port ?? (scheme == "http" ? 80 : 443)
        guard (1...65_535).contains(port), host.allSatisfy({ $0.isLetter || $0.isNumber || "-._:".contains($0) }) else {
            return nil
        }
        self.scheme = scheme
        self.host = host
        self.port = port
        hasCredentials = parts.user != nil || parts.password != nil
        let authority = (host.contains(":") ? "[\(host)]" : host) + (parts.port.map { ":\($0)" } ?? "")
        let query = parts.percentEncodedQuery.map { "?" + $0 } ?? ""
        url = "\(scheme)://\(authority)\(parts.percentEncodedPath)\(query)"
    }

    /// The address that the host is written as, in any form that some resolver reads as one. Nil if it is a name.
    var literal: IPAddress? {
        host.contains(":") ? IPAddress(host) : IPAddress(lenient: host)
    }
}
