/// Reads JSON text (RFC 8259) strictly, to know where each member of an object begins and ends and where the text goes wrong.
///
/// Foundation's decoder does neither: it keeps no text, and its errors have no position that a person can use.
struct JSONScanner {
    struct SyntaxError: Error, Hashable {
        /// 1 for the first.
        var line: Int
        /// In bytes, 1 for the first.
        var column: Int
        var message: String
    }

    /// One member of an object. `text` is its value exactly as received, without the white space around it.
    struct Member {
        var name: String
        var text: ArraySlice<UInt8>
    }

    /// Deeper nesting is refused: the decoder that reads the values recurses.
    private static let depthLimit = 64

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The members of the object that the whole text is, in the order received.
    mutating func object() throws(SyntaxError) -> [Member] {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw failure("the text is not UTF-8") }
        skipSpace()
        guard current == UInt8(ascii: "{") else { throw failure("expected an object: {…}") }
        var found: [Member] = []
        try members(depth: 1) { found.append($0) }
        skipSpace()
        guard index == bytes.count else { throw failure("unexpected text after the object") }
        return found
    }

    /// The elements of the array that the whole text is, each exactly as received.
    mutating func array() throws(SyntaxError) -> [ArraySlice<UInt8>] {
        skipSpace()
        guard current == UInt8(ascii: "[") else { throw failure("expected a list: […]") }
        var found: [ArraySlice<UInt8>] = []
        try elements(depth: 1) { found.append($0) }
        return found
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func members(depth: Int, _ each: (Member) -> Void) throws(SyntaxError) {
        index += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("expected a member name in double quotes") }
            let nameStart = index
            try string()
            let name = Self.unquoted(bytes[nameStart..<index])
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("expected ':' after the member name") }
            skipSpace()
            let start = index
            try value(depth: depth)
            each(Member(name: name, text: bytes[start..<index]))
            skipSpace()
            if take(UInt8(ascii: "}")) { return }
            guard take(UInt8(ascii: ",")) else { throw failure("expected ',' or '}'") }
        }
    }

    private mutating func elements(depth: Int, _ each: (ArraySlice<UInt8>) -> Void) throws(SyntaxError) {
        index += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return }
        while true {
            skipSpace()
            let start = index
            try value(depth: depth)
            each(bytes[start..<index])
            skipSpace()
            if take(UInt8(ascii: "]")) { return }
            guard take(UInt8(ascii: ",")) else { throw failure("expected ',' or ']'") }
        }
    }

    private mutating func value(depth: Int) throws(SyntaxError) {
        guard depth < Self.depthLimit else { throw failure("nested deeper than \(Self.depthLimit) levels") }
        switch current {
        case UInt8(ascii: "{"): try members(depth: depth + 1) { _ in }
        case UInt8(ascii: "["): try elements(depth: depth + 1) { _ in }
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case nil: throw failure("the text ends too early")
        case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): try number()
        default: throw failure("expected a value")
        }
    }

    private mutating func string() throws(SyntaxError) {
        index += 1
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return
            case UInt8(ascii: "\\"):
                try escape()
            case 0..<0x20:
                throw failure("a control character in a string must be escaped")
            default:
                index += 1
            }
        }
        throw failure("the string is not closed")
    }

    private mutating func escape() throws(SyntaxError) {
        index += 1
        switch current {
        case UInt8(ascii: "u"):
            index += 1
            for _ in 0..<4 {
                guard let digit = current, Self.isHex(digit) else { throw failure("expected four hexadecimal digits") }
                index += 1
            }
        case let byte? where #""\/bfnrt"#.utf8.contains(byte):
            index += 1
        default:
            throw failure("unknown escape in a string")
        }
    }

    private mutating func number() throws(SyntaxError) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            try digits()
        }
    }

    private mutating func digits() throws(SyntaxError) {
        let start = index
        while let byte = current, Self.isDigit(byte) { index += 1 }
        guard index > start else { throw failure("expected a digit") }
    }

    private mutating func word(_ word: String) throws(SyntaxError) {
        guard bytes[index...].starts(with: word.utf8) else { throw failure("expected a value") }
        index += word.utf8.count
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private func failure(_ message: String) -> SyntaxError {
        let before = bytes[..<min(index, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return SyntaxError(line: line, column: column, message: message)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
