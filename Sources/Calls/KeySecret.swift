/// The form of a key's secret: prefix, mode and 43 letters and digits, which are 256 bits: `sk_test_4eC39…`.
package enum KeySecret {
    /// How many characters carry the secret.
    package static let length = 43
    /// How many of them are shown to tell keys apart.
    private static let shown = 4

    /// `random` has `length` letters and digits.
    package static func text(prefix: KeyPrefix, mode: CallMode, random: String) -> String {
        "\(prefix)_\(mode.rawValue)_\(random)"
    }

    /// The part of `secret` that may be shown.
    package static func hint(of secret: String) -> String {
        String(secret.dropLast(length - shown))
    }

    /// The prefix that a hint or a secret begins with.
    package static func prefix(of text: String) -> KeyPrefix? {
        KeyPrefix(String(text.prefix { $0 != "_" }))
    }

    /// Whether `text` could be a secret at all.
    package static func isWellFormed(_ text: String) -> Bool {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, KeyPrefix(String(parts[0])) != nil, CallMode(rawValue: String(parts[1])) != nil else {
            return false
        }
        return parts[2].utf8.count == length
            && parts[2].utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: false
                }
            }
    }
}
