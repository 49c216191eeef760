import CLibCrypto

/// SHA-256 (FIPS 180-4), by the system's libcrypto.
package enum SHA256 {
    /// Bytes in a digest.
    package static let length = 32

    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto has no SHA-256: this OpenSSL cannot be used")
        }
        return digest
    }

    /// The digest of `text` in UTF-8, as 64 lowercase hexadecimal digits.
    package static func hexadecimal(_ text: String) -> String { hexadecimal(of: text.utf8) }

    /// The digest of `bytes`, as 64 lowercase hexadecimal digits.
    package static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let written = hash(Array(bytes)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: written, as: UTF8.self)
    }

    /// HMAC-SHA256 (RFC 2104). Keys of any length, the empty one included.
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        // A null key pointer means "the key of last time" to libcrypto, and an empty array may give one.
        let bytes = key.isEmpty ? [0] : key
        guard HMAC(EVP_sha256(), bytes, Int32(key.count), message, message.count, &digest, nil) != nil else {
            preconditionFailure("libcrypto has no HMAC-SHA256: this OpenSSL cannot be used")
        }
        return digest
    }
}
