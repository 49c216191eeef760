/// The word that a key's secret begins with, before its mode: `sk` in `sk_test_…`. It tells people and secret scanners whose key it is, and
/// nothing else depends on it.
package struct KeyPrefix: Sendable, Hashable, CustomStringConvertible {
    package static let standard = KeyPrefix(word: "sk")
    /// Two to sixteen lowercase letters and digits, a letter first.
    package static let lengths = 2...16

    package let description: String

    private init(word: String) {
        description = word
    }

    package init?(_ text: String) {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard Self.lengths.contains(text.utf8.count), let first = text.utf8.first, letters.contains(first),
            text.utf8.allSatisfy({ letters.contains($0) || digits.contains($0) })
        else { return nil }
        description = text
    }
}
