package import FoundationEssentials

/// What an `Identifier` identifies, and the prefix it is written with.
package protocol Identified {
    /// Written before the underscore: `call` in `call_01jdr…`.
    static var identifierPrefix: String { get }
}

/// 128 bits that name one thing. Version 7 of RFC 9562: the first 48 bits are the milliseconds of its birth, and the 12 behind the version
/// the microseconds within (section 6.2, method 3), so identifiers sort by age and an index on them grows at one end.
///
/// Written as a prefix and 26 digits of Crockford's base 32, as in `call_01jdr3k5w2e8vt6m4q9xbn7c5h`. The bits are what counts:
/// a dialect may spell the same call as a UUID.
package struct Identifier<Subject: Identified>: Sendable, Hashable {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// A new identifier, born at `now`.
    package init(bornAt now: Date) {
        var random = SystemRandomNumberGenerator()
        self.init(bornAt: now, using: &random)
    }

    package init(bornAt now: Date, using random: inout some RandomNumberGenerator) {
        self.init(high: Self.birth(now), low: 0x8000_0000_0000_0000 | random.next() >> 2)
    }

    private static func birth(_ date: Date) -> UInt64 {
        let microseconds = UInt64(max(0, date.microseconds))
        return (microseconds / 1000) << 16 | 0x7000 | (microseconds % 1000) * 4096 / 1000
    }

    /// Comes before every identifier born at `date` or later, and after every older one.
    package init(lowestBornAt date: Date) {
        self.init(high: Self.birth(date), low: 0)
    }

    /// Reads what `description` writes. Nil for anything else, another prefix included.
    package init?(_ text: String) {
        let prefix = Subject.identifierPrefix + "_"
        guard text.hasPrefix(prefix), let (high, low) = Crockford.decode(text.utf8.dropFirst(prefix.utf8.count)) else {
            return nil
        }
        self.init(high: high, low: low)
    }

    private init(high: UInt64, low: UInt64) {
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        uuid = UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            )
        )
    }

    private var words: (high: UInt64, low: UInt64) {
        let b = uuid.uuid
        func word(_ bytes: UInt8...) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return (
            word(b.0, b.1, b.2, b.3, b.4, b.5, b.6, b.7),
            word(b.8, b.9, b.10, b.11, b.12, b.13, b.14, b.15)
        )
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String {
        let (high, low) = words
        return Subject.identifierPrefix + "_" + Crockford.encode(high: high, low: low)
    }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected \(Subject.identifierPrefix)_…, got \(text)"
                )
            )
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Douglas Crockford's base 32: no `i`, `l`, `o` or `u`, so a spoken or retyped identifier survives. 26 digits hold 128 bits.
private enum Crockford {
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func encode(high: UInt64, low: UInt64) -> String {
        var high = high
        var low = low
        var text = [UInt8](repeating: 0, count: 26)
        for index in text.indices.reversed() {
            text[index] = digits[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: some Collection<UInt8>) -> (high: UInt64, low: UInt64)? {
        // 26 digits are 130 bits; the first may use only its lower three.
        guard text.count == 26, let first = text.first, let top = digits.firstIndex(of: first), top < 8 else {
            return nil
        }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text {
            guard let digit = digits.firstIndex(of: byte) else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(digit)
        }
        return (high, low)
    }
}
