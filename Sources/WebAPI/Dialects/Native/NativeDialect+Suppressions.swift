import Calls
import Engine
import HTTPTypes
import Hummingbird

extension NativeDialect {
    func addSuppressionRoutes(to door: DoorRoutes) {
        door.group("v1/suppressions", needing: .suppressionManage)
            .get(use: listSuppressions)
            .post(use: addSuppression)
            .post("import", use: importSuppressions)
            .get("export", use: exportSuppressions)
            .get(":number", use: showSuppression)
            .delete(":number", use: removeSuppression)
    }

    @Sendable
    private func listSuppressions(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["limit", "after", "scope", "starts_with"])
        let (found, hasMore) = try await suppressions.list(
            try query.word("scope") ?? .project,
            beginning: try query["starts_with"].map(Self.beginning),
            after: try query.phoneNumber("after"),
            limit: try query.integer("limit", in: 1...1000) ?? 100,
            project: context.project
        )
        let page = NativeSuppressionPage(
            data: found.map(NativeSuppression.init),
            hasMore: hasMore,
            nextAfter: hasMore ? found.last?.number.description : nil
        )
        return try context.responseEncoder.encode(page, from: request, context: context)
    }

    private static func beginning(_ text: String) throws(RequestProblem) -> NumberBeginning {
        guard let beginning = NumberBeginning(text) else {
            throw .invalidParameter(
                "starts_with",
                message: "expected a plus sign and up to 15 digits, got \(text.debugDescription)"
            )
        }
        return beginning
    }

    /// 201 for a number that was not on the list, 200 for one that was: it keeps reason and date.
    @Sendable
    private func addSuppression(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let body = try await request.jsonObject(accepting: ["number", "reason", "note"])
        guard let number = try body.phoneNumber("number") else { throw RequestProblem.missingField("number") }
        let entry = SuppressionControl.Entry(
            number: number,
            reason: try body.word("reason") ?? .other,
            note: try body.string("note") ?? ""
        )
        let added = try await suppressions.add([entry], by: context.author, project: context.project)
        var response = try await listed(number, request, context)
        response.status = added > 0 ? .created : .ok
        response.headers[.location] = "/v1/suppressions/\(number)"
        return response
    }

    /// All of a file or nothing of it.
    @Sendable
    private func importSuppressions(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> NativeSuppressionImport {
        guard request.mediaType == "text/csv" else { throw RequestProblem.unsupportedMediaType(accepted: ["text/csv"]) }
        guard let text = String(validating: try await request.bytes(), as: UTF8.self) else {
            throw RequestProblem.invalidField("body", message: "the text is not UTF-8")
        }
        let entries = try SuppressionImport.read(text.utf8)
        let added = try await suppressions.add(entries, by: context.author, project: context.project)
        return NativeSuppressionImport(added: added, alreadyListed: entries.count - added)
    }

    /// The whole list, in a form that can be imported again.
    @Sendable
    private func exportSuppressions(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["scope"])
        let scope: Suppression.Scope = try query.word("scope") ?? .project
        return SuppressionExport.response(suppressions, scope: scope, project: context.project)
    }

    /// 404 if nothing stops calls to the number.
    @Sendable
    private func showSuppression(_ request: Request, _ context: ProjectContext) async throws -> Response {
        try await listed(try context.suppressedNumber(), request, context)
    }

    /// Takes it off the project's list.
    @Sendable
    private func removeSuppression(_ request: Request, _ context: ProjectContext) async throws -> HTTPResponse.Status {
        try await suppressions.remove(try context.suppressedNumber(), project: context.project)
        return .noContent
    }

    private func listed(_ number: PhoneNumber, _ request: Request, _ context: ProjectContext) async throws -> Response {
        let found = try await suppressions.suppressions(of: number, project: context.project)
        return try context.list(found.map(NativeSuppression.init), for: request)
    }
}

extension ProjectContext {
    /// Who acts, as records name it.
    var author: String { key.id.description }

    /// The path may have the plus sign as it is or as `%2B`.
    fileprivate func suppressedNumber() throws -> PhoneNumber {
        let text = (parameters.get("number") ?? "").replacing("%2B", with: "+").replacing("%2b", with: "+")
        guard let number = PhoneNumber(text) else { throw Refusal.unknownSuppression }
        return number
    }
}
