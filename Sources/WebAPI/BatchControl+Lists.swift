import CSV
package import Calls
package import Engine
import HTTPTypes
package import Hummingbird
import NIOCore

// Lists as files, in the form in which every door that speaks of contacts as comma-separated values gives them.
extension BatchControl {
    /// The list as it was given, with the verdict of every row behind it.
    package func annotated(
        _ new: NewBatch,
        file: ListUpload,
        options: ContactFile.Options,
        project: Project.ID
    ) async throws -> Response {
        // The answer begins once the last row is judged, because it may be the last one that refuses the list.
        let table = try ScratchFile()
        var hasHeader = false
        _ = try await preview(new, file: file, options: options, project: project) { columns, rows in
            let list = AnnotatedList(columns)
            if !hasHeader { try table.append(list.header.utf8) }
            hasHeader = true
            try table.append(rows.map(list.line).joined().utf8)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: CSVLine.mediaType,
                .contentDisposition: #"attachment; filename="preview.csv""#,
            ],
            body: ResponseBody(asyncSequence: table.map { ByteBuffer(bytes: $0) })
        )
    }

    /// The list with what became of everybody on it. `agent` says what was to be found out; `link` makes a path of the API a URL.
    package func results(
        of batch: Batch,
        agent: Agent?,
        link: @escaping @Sendable (String) -> String
    ) -> Response {
        let results = BatchResults(columns: batch.columns, fields: BatchResults.fields(of: agent), link: link)
        return table(of: batch, header: results.header, line: results.line)
    }
}
