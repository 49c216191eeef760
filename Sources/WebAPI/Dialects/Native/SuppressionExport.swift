import Calls

/// A do-not-call list as a table, written part by part.
enum SuppressionExport {
    static let header = CSVText.line(
        ["number", "reason", "note", "added_by", "call_id", "created_at"].map(CSVText.Cell.text)
    )

    static func lines(_ suppressions: [Suppression]) -> String {
        suppressions.map { suppression in
            CSVText.line([
                .decimal(suppression.number.description), .text(suppression.reason.rawValue), .text(suppression.note),
                .text(suppression.addedBy), .text(suppression.call?.description ?? ""),
                .text(Timestamp.text(suppression.createdAt)),
            ])
        }.joined()
    }
}
