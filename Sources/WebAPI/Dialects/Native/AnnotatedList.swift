import CSV
import Calls
import Engine

/// A list as it was given, with what would become of each row behind it.
struct AnnotatedList {
    private let columns: ContactColumns

    init(_ columns: ContactColumns) {
        self.columns = columns
    }

    var header: String {
        CSVLine.text(columns.names + ["row_line", "row_verdict", "row_number", "row_column", "row_reason"])
    }

    /// Rows with too few cells are filled up, and what is too much stays behind.
    func line(_ judged: JudgedRow) -> String {
        let cells = judged.row.cells
        let own = columns.names.indices.map { cells.indices.contains($0) ? cells[$0] : "" }
        let number =
            switch judged.row.outcome {
            case .contact(let contact), .duplicate(let contact, _): contact.phone.description
            case .faulty: ""
            }
        return CSVLine.text(
            own + [
                String(judged.row.line), judged.verdict.kind.rawValue, number, judged.verdict.column ?? "",
                judged.verdict.reason ?? "",
            ]
        )
    }
}
