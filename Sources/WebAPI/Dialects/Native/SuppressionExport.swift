import Calls

/// A do-not-call list as comma-separated values (RFC 4180), safe to be opened in a spreadsheet.
enum SuppressionExport {
    static let header = "number,reason,note,added_by,call_id,created_at\r\n"

    static func lines(_ suppressions: [Suppression]) -> String {
        suppressions.map { suppression in
            [
                suppression.number.description, suppression.reason.rawValue, text(suppression.note),
                suppression.addedBy, suppression.call?.description ?? "", Timestamp.text(suppression.createdAt),
            ].joined(separator: ",") + "\r\n"
        }.joined()
    }

    /// Spreadsheets take a cell that begins so for a formula; after an apostrophe it is text
    /// (https://owasp.org/www-community/attacks/CSV_Injection).
    private static func text(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? false
        let defused = isFormula ? "'" + text : text
        guard defused.unicodeScalars.contains(where: { ",\"\r\n'".unicodeScalars.contains($0) }) else { return defused }
        return "\"" + defused.replacing("\"", with: "\"\"") + "\""
    }
}
