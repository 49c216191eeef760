/// A telephone number as ITU-T E.164 writes it: a plus sign, then two to fifteen digits of which the first is not zero.
///
/// The format alone decides what is accepted. Whether a number is assigned, and to whom, is advice (`PhoneNumbers`), because numbering
/// plans change faster than software and vendors' own documentation uses numbers that no plan assigns.
package struct PhoneNumber: Sendable, Hashable, Codable, CustomStringConvertible {
    package let description: String

    /// Nil unless `text` matches `^\+[1-9]\d{1,14}$`.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard (3...16).contains(bytes.count), bytes.first == UInt8(ascii: "+") else { return nil }
        let digits = bytes.dropFirst()
        guard digits.first != UInt8(ascii: "0"), digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        else {
            return nil
        }
        description = text
    }

    private init(erased: Void) {
        // Country code 999 is assigned to nothing (ITU-T E.164, annex of assigned country codes).
        description = "+999"
    }

    /// Stands where a callee's number was erased. Nobody has it.
    package static let erased = PhoneNumber(erased: ())

    /// The digits without the plus sign.
    package var digits: String { String(description.dropFirst()) }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let number = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected a number like +15551230001, got \(text)"
                )
            )
        }
        self = number
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
