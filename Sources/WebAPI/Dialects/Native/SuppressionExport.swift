import CSV
package import Calls
package import Engine
import HTTPTypes
package import Hummingbird
import NIOCore

/// A do-not-call list as comma-separated values, in a form that can be imported again.
package enum SuppressionExport {
    private static let header = CSVLine.text(["number", "reason", "note", "added_by", "call_id", "created_at"])

    /// The whole list, page by page as it is read.
    package static func response(
        _ suppressions: SuppressionControl,
        scope: Suppression.Scope,
        project: Project.ID
    ) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: CSVLine.mediaType,
                .contentDisposition: #"attachment; filename="suppressions.csv""#,
            ],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: header))
                var after: PhoneNumber?
                while true {
                    let page = try await suppressions.list(scope, after: after, limit: 1000, project: project)
                    try await writer.write(ByteBuffer(string: lines(page.suppressions)))
                    guard page.hasMore, let last = page.suppressions.last else { break }
                    after = last.number
                }
                try await writer.finish(nil)
            }
        )
    }

    private static func lines(_ suppressions: [Suppression]) -> String {
        suppressions.map { suppression in
            CSVLine.text([
                suppression.number.description, suppression.reason.rawValue, suppression.note, suppression.addedBy,
                suppression.call?.description ?? "", Timestamp.text(suppression.createdAt),
            ])
        }.joined()
    }
}
