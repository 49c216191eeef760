/// One line of comma-separated values (RFC 4180) as we write them: safe to be opened in a spreadsheet, because no cell of it is taken for
/// a formula.
///
/// A cell that begins like a formula gets an apostrophe in front, after which spreadsheets take it for text
/// (https://owasp.org/www-community/attacks/CSV_Injection). Exempt is a sign followed by nothing but digits and at most one point: a number
/// in E.164 stays what it is, other programs can read it, and a spreadsheet finds nothing in it to carry out.
package enum CSVLine {
    package static let mediaType = "text/csv; charset=utf-8; header=present"

    /// `cells` with commas between them and CRLF behind.
    package static func text(_ cells: [String]) -> String {
        cells.map(written).joined(separator: ",") + "\r\n"
    }

    private static func written(_ cell: String) -> String {
        let safe = isFormula(cell) ? "'" + cell : cell
        guard safe.utf8.contains(where: marks.contains) || safe.first == " " || safe.last == " " else { return safe }
        return "\"" + safe.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// What makes quotation marks necessary, here or where semicolons and tabs separate.
    private static let marks = Array(",;\"'\t\r\n".utf8)

    private static func isFormula(_ cell: String) -> Bool {
        guard let first = cell.unicodeScalars.first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else {
            return false
        }
        return !((first == "+" || first == "-") && isNumber(cell.utf8.dropFirst()))
    }

    /// Digits with at most one point among them.
    private static func isNumber(_ digits: Substring.UTF8View) -> Bool {
        guard let first = digits.first, isDigit(first), let last = digits.last, isDigit(last) else { return false }
        return digits.count { !isDigit($0) } <= 1 && digits.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
