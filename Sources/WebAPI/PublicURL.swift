package import Hummingbird

/// Where clients reach this server: what absolute URLs in answers and webhooks begin with.
package struct PublicURL: Sendable {
    private let configured: String?

    /// `configured` is `http.public_url`. Nil: whatever name the client used.
    package init(_ configured: String? = nil) {
        self.configured = configured.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    /// Whether clients are known to come by TLS, which ends in front of the server.
    package var isSecure: Bool { configured?.hasPrefix("https://") ?? false }

    /// `path`, which begins with a slash, as a URL for whoever sent `request`. Without a request and without a setting it stays a path.
    ///
    /// The name in `Host` is the client's own claim: a forged one misleads nobody but the forger. TLS in front of the server cannot be
    /// seen from here, so that an installation behind it should set `http.public_url`.
    package func absolute(_ path: String, for request: Request? = nil) -> String {
        if let configured { return configured + path }
        return (request?.head.authority).map { "http://\($0)\(path)" } ?? path
    }
}
