import Digests
import FoundationEssentials

/// A JSON Web Token (RFC 7519) signed with HMAC-SHA256 (RFC 7515): header, claims and signature, each in Base64 for URLs.
struct JSONWebToken {
    struct Claims: Codable, Hashable {
        /// Who issued it.
        var iss: String
        /// Whom it speaks for.
        var sub: String
        /// Seconds since 1970, as all times of a token.
        var iat: Int64
        var exp: Int64
        /// No two tokens have the same.
        var jti: String
    }

    private static let header = #"{"alg":"HS256","typ":"JWT"}"#
    /// The longest that is looked at, in bytes.
    private static let limit = 2048

    static func text(_ claims: Claims, key: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let signed = base64(Data(header.utf8)) + "." + base64(try encoder.encode(claims))
        let signature = SHA256.authenticate(Array(signed.utf8), key: Array(key.utf8))
        return signed + "." + base64(Data(signature))
    }

    /// Whether `text` could be a token of ours at all.
    static func isWellFormed(_ text: String) -> Bool {
        text.utf8.count <= limit && text.hasPrefix(base64(Data(header.utf8)) + ".")
            && text.split(separator: ".", omittingEmptySubsequences: false).count == 3
    }

    /// RFC 4648 section 5, without padding.
    private static func base64(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
