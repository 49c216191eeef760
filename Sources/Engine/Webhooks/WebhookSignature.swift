import Digests
import FoundationEssentials

/// Signatures by which receivers know that a message is ours and not altered.
package enum WebhookSignature {
    /// A secret that the scheme cannot sign with.
    package struct UnusableSecret: Error, CustomStringConvertible {
        package init() {}

        package var description: String { "The webhook secret cannot be read" }
    }

    private static let prefix = "whsec_"

    /// A new secret: 32 random bytes, written as Standard Webhooks 1.0 does.
    package static func makeSecret() -> String {
        prefix + Data(SecureRandom.bytes(32)).base64EncodedString()
    }

    /// One value of `webhook-signature` as Standard Webhooks 1.0 defines it: version 1, HMAC-SHA256 over `id.timestamp.body`. `timestamp` is
    /// in seconds since 1970. Throws `UnusableSecret` if the secret is not one that `makeSecret` could have made.
    package static func standard(id: String, timestamp: Int64, body: String, secret: String) throws -> String {
        guard secret.hasPrefix(prefix), let key = Data(base64Encoded: String(secret.dropFirst(prefix.count))) else {
            throw UnusableSecret()
        }
        let digest = SHA256.authenticate(Array("\(id).\(timestamp).\(body)".utf8), key: Array(key))
        return "v1," + Data(digest).base64EncodedString()
    }

    /// HMAC-SHA256 over `message` in lowercase hexadecimal digits. The key is the whole secret as text, its prefix included.
    package static func hexadecimal(_ message: String, secret: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = SHA256.authenticate(Array(message.utf8), key: Array(secret.utf8))
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
