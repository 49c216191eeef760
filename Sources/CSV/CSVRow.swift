/// One record of a file.
package struct CSVRow: Sendable, Hashable {
    /// Where it begins, as an editor counts: 1 for the first line of the file.
    package var line: Int
    /// Where it ends: further down if a quoted field holds line ends.
    package var lastLine: Int
    /// What could be read, if there is a fault.
    package var fields: [String]
    /// Why the row must not be used. The first one, if there are several.
    package var fault: CSVFault?

    package init(line: Int, lastLine: Int, fields: [String], fault: CSVFault? = nil) {
        self.line = line
        self.lastLine = lastLine
        self.fields = fields
        self.fault = fault
    }
}

/// What is wrong with the way a row is written.
package struct CSVFault: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A quoted field does not end; it begins in `line`, and holds the rest of the file.
        case unclosedQuote(line: Int)
        /// Something other than a delimiter follows the quotation mark that closes a field.
        case textAfterQuote
        /// More than `limit` bytes.
        case fieldTooLong(limit: Int)
        /// More than `limit` bytes.
        case rowTooLong(limit: Int)
        case tooManyFields(limit: Int)
        case nulByte
        /// Bytes that mean nothing in the encoding of the file.
        case undecodable(CSVEncoding)
    }

    package var kind: Kind
    /// Which field it is about: 1 for the first.
    package var column: Int

    package init(_ kind: Kind, column: Int) {
        self.kind = kind
        self.column = column
    }
}

extension CSVFault: CustomStringConvertible {
    /// In plain words, for whoever made the file.
    package var description: String {
        switch kind {
        case .unclosedQuote(let line):
            "a quotation mark in line \(line) opens a field that is never closed: everything after it belongs to that field"
        case .textAfterQuote:
            "text follows the quotation mark that closes the field: a mark inside a field is written twice"
        case .fieldTooLong(let limit): "the field has more than \(limit) bytes; perhaps a quotation mark is not closed"
        case .rowTooLong(let limit): "the row has more than \(limit) bytes; perhaps a quotation mark is not closed"
        case .tooManyFields(let limit): "the row has more than \(limit) fields"
        case .nulByte: "the field holds the character U+0000, which no text has: save the file as UTF-8"
        case .undecodable(let encoding): "the field is not \(encoding.words), as the rest of the file is"
        }
    }
}

extension CSVEncoding {
    package var words: String {
        switch self {
        case .utf8: "UTF-8"
        case .windows1252: "Windows-1252 (Latin-1)"
        case .utf16LittleEndian: "UTF-16 (little-endian)"
        case .utf16BigEndian: "UTF-16 (big-endian)"
        }
    }
}
