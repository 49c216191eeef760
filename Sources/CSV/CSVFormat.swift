/// How a file of comma-separated values is written, as far as it had to be found out.
package struct CSVFormat: Sendable, Hashable {
    package var encoding: CSVEncoding
    package var hasByteOrderMark: Bool
    package var delimiter: CSVDelimiter

    package init(encoding: CSVEncoding, hasByteOrderMark: Bool, delimiter: CSVDelimiter) {
        self.encoding = encoding
        self.hasByteOrderMark = hasByteOrderMark
        self.delimiter = delimiter
    }
}

/// What stands between two fields.
package enum CSVDelimiter: String, Sendable, Hashable, CaseIterable {
    case comma
    case semicolon
    case tab

    var byte: UInt8 {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        }
    }
}

/// What the bytes of a file stand for.
package enum CSVEncoding: String, Sendable, Hashable, CaseIterable {
    /// ASCII is this too.
    case utf8 = "utf-8"
    /// The superset of Latin-1 that is written where Latin-1 is said (https://encoding.spec.whatwg.org/#windows-1252).
    case windows1252 = "windows-1252"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
}

/// How much of a file is taken at once: what is larger is a mistake or an attack.
package struct CSVLimits: Sendable, Hashable {
    /// Bytes of one field, in UTF-8.
    package var field = 64 * 1024
    /// Bytes of all fields of one row, in UTF-8.
    package var row = 256 * 1024
    /// Fields of one row.
    package var fields = 512

    package init() {}
}
