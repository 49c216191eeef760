/// How numbers begin that are looked for: a plus sign and at most fifteen digits, or none.
package struct NumberBeginning: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// Nil unless `text` matches `^\+([1-9]\d{0,14})?$`.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard (1...16).contains(bytes.count), bytes.first == UInt8(ascii: "+") else { return nil }
        let digits = bytes.dropFirst()
        guard digits.first != UInt8(ascii: "0"), digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        else { return nil }
        description = text
    }
}
