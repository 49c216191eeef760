/// Comma-separated values, read (RFC 4180): fields may be quoted, and then hold commas, line ends and doubled quotation marks.
struct CSVRecords {
    struct Record: Hashable {
        /// Of its beginning; 1 for the first.
        var line: Int
        var fields: [String]
    }

    /// A quoted field that does not end.
    struct OpenQuote: Error, Hashable {
        /// Where it begins.
        var line: Int
    }

    let records: [Record]

    /// Empty lines are left out, and a byte order mark before the first.
    init(_ text: String) throws(OpenQuote) {
        var records: [Record] = []
        var fields: [String] = []
        var field = ""
        var line = 1
        var start = 1
        var quoteLine: Int?
        var scalars = Array(text.unicodeScalars)[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        func isBlank() -> Bool { fields.isEmpty && field.allSatisfy(\.isWhitespace) }
        while let scalar = scalars.popFirst() {
            if quoteLine != nil {
                if scalar == "\n" { line += 1 }
                guard scalar == "\"" else {
                    field.unicodeScalars.append(scalar)
                    continue
                }
                if scalars.first == "\"" {
                    scalars.removeFirst()
                    field.append("\"")
                } else {
                    quoteLine = nil
                }
                continue
            }
            switch scalar {
            case "\"" where field.isEmpty: quoteLine = line
            case ",":
                fields.append(field)
                field = ""
            case "\n", "\r":
                if scalar == "\r", scalars.first == "\n" { scalars.removeFirst() }
                if !isBlank() { records.append(Record(line: start, fields: fields + [field])) }
                (fields, field) = ([], "")
                line += 1
                start = line
            default: field.unicodeScalars.append(scalar)
            }
        }
        if let quoteLine { throw OpenQuote(line: quoteLine) }
        if !isBlank() { records.append(Record(line: start, fields: fields + [field])) }
        self.records = records
    }
}
