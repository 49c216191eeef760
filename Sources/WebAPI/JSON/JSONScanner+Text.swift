import FoundationEssentials

extension JSONScanner {
    /// The text that a quoted, already checked JSON string stands for.
    static func unquoted(_ literal: ArraySlice<UInt8>) -> String {
        let inner = literal.dropFirst().dropLast()
        guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
        // An unpaired surrogate is well-formed JSON and no text: the raw spelling then names it.
        return (try? JSONDecoder().decode(String.self, from: Data(literal))) ?? String(decoding: inner, as: UTF8.self)
    }
}
