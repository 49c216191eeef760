/// Splits bytes into rows of fields (RFC 4180). Delimiters, quotation marks and line ends are ASCII in every encoding that is read, and no
/// other character of UTF-8 or Windows-1252 has such a byte in it.
///
/// More lenient than the RFC: rows end with CRLF, LF or CR; a quotation mark inside a field that does not begin with one is text; spaces
/// may follow the mark that closes a field.
struct CSVTokenizer {
    private enum State {
        /// At the beginning of a field.
        case start
        case plain
        case quoted
        /// Behind a quotation mark inside a quoted field: it closes the field, or a second one follows.
        case quoteSeen
        /// Behind a closed field.
        case closed
    }

    /// Fields as they stand in the file, one after the other.
    struct RawRow {
        var line: Int
        var lastLine: Int
        var bytes: [UInt8] = []
        /// Where in `bytes` each field ends.
        var ends: [Int] = []
        var isQuoted = false
        var fault: CSVFault?

        init(line: Int) {
            self.line = line
            lastLine = line
        }

        /// A line without anything in it, or the empty cells that spreadsheets leave behind.
        var isBlank: Bool {
            fault == nil && !isQuoted && bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        }
    }

    private let delimiter: UInt8
    private let limits: CSVLimits
    private var state = State.start
    private var row = RawRow(line: 1)
    private var line = 1
    private var quoteLine = 1
    private var previous: UInt8 = 0

    init(delimiter: CSVDelimiter, limits: CSVLimits) {
        self.delimiter = delimiter.byte
        self.limits = limits
    }

    /// True if `byte` ends a row: `takeRow` has it then.
    mutating func take(_ byte: UInt8) -> Bool {
        defer { previous = byte }
        let isSecondOfLineEnd = byte == Self.lineFeed && previous == Self.carriageReturn
        if state == .quoted {
            switch byte {
            case Self.quote: state = .quoteSeen
            case Self.lineFeed, Self.carriageReturn:
                if !isSecondOfLineEnd { line += 1 }
                store(byte)
            default: store(byte)
            }
            return false
        }
        if isSecondOfLineEnd { return false }
        switch byte {
        case delimiter: endField()
        case Self.lineFeed, Self.carriageReturn:
            endField()
            return true
        case Self.quote where state == .start:
            (state, quoteLine, row.isQuoted) = (.quoted, line, true)
        case Self.quote where state == .quoteSeen:
            store(byte)
            state = .quoted
        case Self.space where state == .quoteSeen || state == .closed: state = .closed
        default:
            if state == .quoteSeen || state == .closed { fail(.textAfterQuote) }
            store(byte)
            state = .plain
        }
        return false
    }

    /// The row whose end was just read.
    mutating func takeRow() -> RawRow {
        row.lastLine = line
        line += 1
        defer { row = RawRow(line: line) }
        return row
    }

    /// The row that the end of the file ends. Nil if the file ended with a line end.
    mutating func finish() -> RawRow? {
        if state == .quoted {
            row.fault = CSVFault(.unclosedQuote(line: quoteLine), column: row.ends.count + 1)
        } else if state == .start, row.ends.isEmpty {
            return nil
        }
        // A line end that closed the file inside a quoted field is no line of its own.
        let isAtLineStart = state == .quoted && (previous == Self.lineFeed || previous == Self.carriageReturn)
        endField()
        row.lastLine = isAtLineStart ? max(row.line, line - 1) : line
        return row
    }

    private mutating func store(_ byte: UInt8) {
        guard byte != 0 else { return fail(.nulByte) }
        guard row.bytes.count < limits.row else { return fail(.rowTooLong(limit: limits.row)) }
        guard row.bytes.count - (row.ends.last ?? 0) < limits.field else {
            return fail(.fieldTooLong(limit: limits.field))
        }
        row.bytes.append(byte)
    }

    private mutating func endField() {
        state = .start
        guard row.ends.count < limits.fields else { return fail(.tooManyFields(limit: limits.fields)) }
        row.ends.append(row.bytes.count)
    }

    private mutating func fail(_ kind: CSVFault.Kind) {
        guard row.fault == nil else { return }
        row.fault = CSVFault(kind, column: row.ends.count + 1)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let space = UInt8(ascii: " ")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
