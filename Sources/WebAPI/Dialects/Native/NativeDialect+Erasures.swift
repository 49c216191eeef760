import Calls
import Engine
import FoundationEssentials
import Hummingbird

// What callees may ask of a project: to be forgotten, and to be told what is known of them.
extension NativeDialect {
    func addErasureRoutes(to door: DoorRoutes) {
        door.group("v1/erasures", needing: .suppressionManage)
            .post(use: erase)
            .get(use: listErasures)
            .get(":id", use: showErasure)
        door.group("v1/retention", needing: .suppressionManage)
            .get(use: showRetention)
            .put(use: setRetention)
            .delete(use: removeRetention)
        door.group("v1/exports", needing: .sessionsReadTranscript)
            .get(use: export)
    }

    /// 201 with the receipt when everything is gone, 202 if a file is still to be deleted. A test key erases test calls.
    @Sendable
    private func erase(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeErasure> {
        let body = try await request.jsonObject(accepting: ["number"])
        guard let number = try body.phoneNumber("number") else { throw RequestProblem.missingField("number") }
        let erasure = try await erasures.erase(number, mode: context.reach, project: context.project)
        return EditedResponse(
            status: erasure.completedAt == nil ? .accepted : .created,
            headers: [.location: "/v1/erasures/\(erasure.id)"],
            response: NativeErasure(erasure)
        )
    }

    @Sendable
    private func listErasures(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try context.list(try await erasures.erasures(project: context.project).map(NativeErasure.init), for: request)
    }

    @Sendable
    private func showErasure(_ request: Request, _ context: ProjectContext) async throws -> NativeErasure {
        let id: Erasure.ID = try context.identifier(or: .unknownErasure)
        return NativeErasure(try await erasures.erasure(id, project: context.project))
    }

    private struct Retention: ResponseEncodable {
        @Nullable var days: Int?
    }

    @Sendable
    private func showRetention(_ request: Request, _ context: ProjectContext) async throws -> Retention {
        Retention(days: try await erasures.retention(project: context.project))
    }

    @Sendable
    private func setRetention(_ request: Request, _ context: ProjectContext) async throws -> Retention {
        let body = try await request.jsonObject(accepting: ["days"])
        guard let days = try body.integer("days", in: 1...36_500) else { throw RequestProblem.missingField("days") }
        guard context.reach == nil else {
            throw RequestProblem.invalidField("days", message: "a test key cannot shorten what live calls are kept for")
        }
        try await erasures.setRetention(days, project: context.project)
        return Retention(days: days)
    }

    @Sendable
    private func removeRetention(_ request: Request, _ context: ProjectContext) async throws -> Retention {
        guard context.reach == nil else {
            throw RequestProblem.invalidField("days", message: "a test key cannot change what live calls are kept for")
        }
        try await erasures.setRetention(nil, project: context.project)
        return Retention(days: nil)
    }

    /// Everything known of calls to a number, as one document, written as it is read: however many there are, one page is in memory.
    @Sendable
    private func export(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["number"])
        guard let number = try query.phoneNumber("number") else {
            throw RequestProblem.invalidParameter("number", message: "whose data is to be exported, like +15551230001")
        }
        let export = NativeExport(
            dialect: self,
            number: number,
            mode: context.reach,
            project: context.project,
            link: { publicURL.absolute($0.path, for: request) }
        )
        // What can fail at once fails before the answer has begun.
        let first = try await export.page()
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"export-\(number.digits).json\"",
            ],
            body: ResponseBody { writer in
                try await writer.write(export.head)
                var page: CallPage? = first
                var isFirst = true
                while let current = page {
                    for call in current.calls {
                        try await writer.write(try await export.part(call, of: current, isFirst: isFirst))
                        isFirst = false
                    }
                    page = try await export.page(behind: current)
                }
                try await writer.write(export.tail)
                try await writer.finish(nil)
            }
        )
    }
}

extension ProjectContext {
    /// The calls that the key's word counts for: a test key's for test calls alone. Nil: all.
    fileprivate var reach: CallMode? { key.mode == .live ? nil : .test }
}

/// A receipt. The number is not in it.
struct NativeErasure: ResponseEncodable, Sendable {
    let id: String
    /// `test` if only test calls were erased.
    @Nullable var mode: CallMode?
    let createdAt: String
    /// `null` while a file is still to be deleted.
    @Nullable var completedAt: String?
    let erased: Counts

    struct Counts: Encodable, Sendable {
        let calls: Int
        let transcriptEntries: Int
        let recordings: Int
        let sipMessages: Int
        let events: Int
        let webhooks: Int
        let replies: Int
    }

    init(_ erasure: Erasure) {
        id = erasure.id.description
        mode = erasure.mode
        createdAt = Timestamp.text(erasure.createdAt)
        completedAt = erasure.completedAt.map(Timestamp.text)
        erased = Counts(
            calls: erasure.counts.calls,
            transcriptEntries: erasure.counts.transcriptEntries,
            recordings: erasure.counts.recordings,
            sipMessages: erasure.counts.sipMessages,
            events: erasure.counts.events,
            webhooks: erasure.counts.webhooks,
            replies: erasure.counts.replies
        )
    }
}
