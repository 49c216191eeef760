import CSV
import Calls
import Engine
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

extension BatchControl {
    /// Makes a batch and answers 201 with the document that `word` makes of it. Under an idempotency key, a request that is repeated is answered
    /// with the same bytes as the first time, and `Idempotent-Replayed: true`: `new` is not even read then. With `path`, `Location` says
    /// where the batch is.
    func answer<Contacts: AsyncSequence & Sendable>(
        under key: CallControl.IdempotencyKey?,
        for context: ProjectContext,
        below path: String? = nil,
        new: () async throws -> (batch: NewBatch, contacts: Contacts),
        word: (BatchProgress) throws -> Data
    ) async throws -> Response where Contacts.Element == NewContact {
        let project = context.project
        let status = HTTPResponse.Status.created
        let answer: BatchAnswer
        if let key {
            if let earlier = try await reply(to: key, project: project) {
                answer = earlier
            } else {
                let (batch, contacts) = try await new()
                answer = try await make(batch, contacts: contacts, under: key, project: project) { progress in
                    (status.code, String(decoding: try word(progress), as: UTF8.self))
                }
            }
        } else {
            let (batch, contacts) = try await new()
            let made = try await make(batch, contacts: contacts, project: project)
            let document = try word(try await progress(of: made))
            answer = BatchAnswer(
                batch: made.id,
                status: status.code,
                body: String(decoding: document, as: UTF8.self),
                isRepeated: false
            )
        }
        var response = Response(status: .init(code: answer.status))
        response.body = ResponseBody(byteBuffer: ByteBuffer(string: answer.body))
        response.headers[.contentType] = "application/json; charset=utf-8"
        if let path { response.headers[.location] = "\(path)/\(answer.batch)" }
        if answer.isRepeated { response.headers[.idempotentReplayed] = "true" }
        return response
    }

    /// A table with a line for each contact in the order of the list, written page by page. `line` gets the contact and its calls, the oldest
    /// first.
    func table(
        of batch: Batch,
        header: String,
        line: @escaping @Sendable (Contact, [Call]) -> String
    ) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: CSVLine.mediaType,
                .contentDisposition: "attachment; filename=\"\(batch.id)-results.csv\"",
            ],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: header))
                var after: Int?
                while true {
                    let page = try await contacts(of: batch.id, after: after, limit: 500, project: batch.project)
                    let lines = page.contacts.map { line($0.contact, $0.calls) }
                    try await writer.write(ByteBuffer(string: lines.joined()))
                    guard page.hasMore, let last = page.contacts.last else { break }
                    after = last.contact.line
                }
                try await writer.finish(nil)
            }
        )
    }
}
