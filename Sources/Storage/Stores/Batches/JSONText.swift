import Calls

/// JSON of what stands in a list of contacts, written by hand: through `JSONEncoder` it takes longer than reading and storing the whole list.
enum JSONText {
    static func of(_ members: [String: JSONValue]) -> String {
        text { bytes in object(members, &bytes) }
    }

    static func of(_ texts: [String]) -> String {
        text { bytes in
            list(texts, &bytes, from: "[", to: "]") { text, bytes in string(text, &bytes) }
        }
    }

    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func object(_ members: [String: JSONValue], _ bytes: inout [UInt8]) {
        list(members, &bytes, from: "{", to: "}") { member, bytes in
            string(member.key, &bytes)
            bytes.append(UInt8(ascii: ":"))
            value(member.value, &bytes)
        }
    }

    private static func value(_ value: JSONValue, _ bytes: inout [UInt8]) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let truth): bytes += (truth ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        // JSON has no infinity.
        case .number(let number): bytes += (number.isFinite ? "\(number)" : "null").utf8
        case .string(let text): string(text, &bytes)
        case .array(let values):
            list(values, &bytes, from: "[", to: "]") { element, bytes in Self.value(element, &bytes) }
        case .object(let members): object(members, &bytes)
        }
    }

    private static func list<Elements: Sequence>(
        _ elements: Elements,
        _ bytes: inout [UInt8],
        from opening: Unicode.Scalar,
        to closing: Unicode.Scalar,
        _ write: (Elements.Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: opening))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(element, &bytes)
        }
        bytes.append(UInt8(ascii: closing))
    }

    /// RFC 8259 section 7: quotation mark, reverse solidus and the control characters have to be escaped.
    private static func string(_ text: String, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes += #"\u00"#.utf8
                bytes.append(digit(byte >> 4))
                bytes.append(digit(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
}
