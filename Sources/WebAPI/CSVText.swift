import NIOCore

/// A table as comma-separated values (RFC 4180), safe to be opened in a spreadsheet: no text in it is taken for a formula.
struct CSVText: Sendable {
    enum Cell: Sendable, Hashable {
        case text(String)
        case number(Int64)
        /// Digits of ours: a sign, digits and a point, as in amounts and telephone numbers.
        case decimal(String)
    }

    static let mediaType = "text/csv; charset=utf-8; header=present"

    private(set) var text: String

    init(header: [String], rows: [[Cell]]) {
        text = Self.line(header.map(Cell.text))
        for row in rows { text += Self.line(row) }
    }

    /// One row, with its end.
    static func line(_ cells: [Cell]) -> String {
        cells.map(written).joined(separator: ",") + "\r\n"
    }

    private static func written(_ cell: Cell) -> String {
        switch cell {
        case .number(let number): String(number)
        case .decimal(let digits): digits
        case .text(let text): quoted(defused(text))
        }
    }

    /// Spreadsheets take a cell that begins so for a formula; after an apostrophe it is text
    /// (https://owasp.org/www-community/attacks/CSV_Injection).
    private static func defused(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else {
            return text
        }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { ",\"\r\n'".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
