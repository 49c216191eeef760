import Digests
import FoundationEssentials

/// Signatures as Standard Webhooks 1.0 defines them.
package enum WebhookSignature {
    private static let prefix = "whsec_"

    /// A new secret: 32 random bytes.
    package static func makeSecret() -> String {
        prefix + Data(SecureRandom.bytes(32)).base64EncodedString()
    }

    /// The value of `webhook-signature`: version 1, HMAC-SHA256 over `id.timestamp.body`. `timestamp` is in seconds since 1970. Nil if
    /// the secret is not one that `makeSecret` could have made.
    package static func sign(id: String, timestamp: Int64, body: String, secret: String) -> String? {
        guard secret.hasPrefix(prefix), let key = Data(base64Encoded: String(secret.dropFirst(prefix.count))) else {
            return nil
        }
        let digest = SHA256.authenticate(Array("\(id).\(timestamp).\(body)".utf8), key: Array(key))
        return "v1," + Data(digest).base64EncodedString()
    }
}
