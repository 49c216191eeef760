import CSV
import Calls

/// A do-not-call list as comma-separated values, in a form that can be imported again.
enum SuppressionExport {
    static let header = CSVLine.text(["number", "reason", "note", "added_by", "call_id", "created_at"])

    static func lines(_ suppressions: [Suppression]) -> String {
        suppressions.map { suppression in
            CSVLine.text([
                suppression.number.description, suppression.reason.rawValue, suppression.note, suppression.addedBy,
                suppression.call?.description ?? "", Timestamp.text(suppression.createdAt),
            ])
        }.joined()
    }
}
