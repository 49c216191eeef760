import Calls
import Engine
import HTTPTypes
import Hummingbird
import PhoneNumbers
import WebAPI

extension Dashboard {
    func addSuppressionRoutes(to pages: PageGroups) {
        pages.group("do-not-call", needing: .viewer)
            .get(use: suppressions)
            .get("export", use: exportSuppressions)
            .get(":number", use: suppressedNumber)
        pages.group("do-not-call", needing: .editor)
            .post(use: stopNumber)
            .post(":number/free", use: freeNumber)
        pages.group("do-not-call", needing: .editor, takingFiles: true)
            .post("import", use: importSuppressions)
    }

    private static var pageLength: Int { 100 }
    /// The most that a file of numbers may have, in bytes.
    private static var largestImport: Int { 8 << 20 }

    @Sendable
    private func suppressions(_ request: Request, _ context: SessionContext) async throws -> Response {
        let filter = SuppressionFilter(request.query)
        var form = NewSuppressionForm()
        form.number = filter.number?.description ?? ""
        return try await list(filter, form, context, request)
    }

    /// The list of the whole, whatever is searched for.
    @Sendable
    private func exportSuppressions(_ request: Request, _ context: SessionContext) async throws -> Response {
        let scope = SuppressionFilter(request.query).scope
        return SuppressionExport.response(engine.suppressions, scope: scope, project: context.project)
    }

    @Sendable
    private func suppressedNumber(_ request: Request, _ context: SessionContext) async throws -> Page {
        try await page(of: try context.number(), context)
    }

    @Sendable
    private func stopNumber(_ request: Request, _ context: SessionContext) async throws -> Response {
        var form = NewSuppressionForm(context.form)
        do {
            let entry = try form.entry()
            let added = try await engine.suppressions.add([entry], by: context.author, project: context.project)
            if added > 0 {
                try await note(.stoppedNumber, on: "\(entry.number)", detail: entry.reason.rawValue, context)
            }
            return .seeOther("/do-not-call/\(entry.number.digits)")
        } catch {
            form.problems = FormProblems(error, among: NewSuppressionForm.fields)
            let filter = SuppressionFilter(FormFields(urlEncoded: ""))
            return try await list(filter, form, context, request, status: PageFailure(error).status)
        }
    }

    /// All of a file or nothing of it.
    @Sendable
    private func importSuppressions(_ request: Request, _ context: SessionContext) async throws -> Response {
        let filter = SuppressionFilter(FormFields(urlEncoded: ""))
        var form = NewSuppressionForm()
        let typed = (context.form["lines"] ?? "").replacing("\r\n", with: "\n")
        do {
            var bytes = Array(typed.utf8)
            if let list = context.list {
                bytes = []
                for try await piece in list {
                    bytes += piece
                    guard bytes.count <= Self.largestImport else {
                        throw RequestProblem.bodyTooLarge(limit: Self.largestImport)
                    }
                }
            }
            let entries = try SuppressionImport.read(bytes)
            let added = try await engine.suppressions.add(entries, by: context.author, project: context.project)
            let outcome = "\(added) added, \(entries.count - added) on the list already"
            try await note(.stoppedNumber, on: "\(entries.count) numbers of a file", detail: outcome, context)
            return try await list(filter, form, context, request, done: outcome)
        } catch let error where PageFailure(error).isOurs == false {
            form.lines = typed
            form.importProblem = PageFailure(error).message
            return try await list(filter, form, context, request, status: PageFailure(error).status)
        }
    }

    @Sendable
    private func freeNumber(_ request: Request, _ context: SessionContext) async throws -> Response {
        let number = try context.number()
        guard let why = context.form["why"] else {
            let problem = Refusal.invalid(field: "why", message: "say why it may be called again")
            var page = try await page(of: number, context, problems: FormProblems(problem, among: ["why"]))
            page.status = .unprocessableContent
            return try page.response(from: request, context: context)
        }
        try await engine.suppressions.remove(number, project: context.project)
        try await note(.freedNumber, on: "\(number)", detail: String(why.prefix(200)), context)
        return .seeOther("/do-not-call/\(number.digits)")
    }

    private func list(
        _ filter: SuppressionFilter,
        _ form: NewSuppressionForm,
        _ context: SessionContext,
        _ request: Request,
        status: HTTPResponse.Status = .ok,
        done: String? = nil
    ) async throws -> Response {
        let isReadable = filter.search == nil || filter.beginning != nil
        let found =
            isReadable
            ? try await engine.suppressions.list(
                filter.scope,
                beginning: filter.beginning,
                after: filter.after,
                limit: Self.pageLength,
                project: context.project
            ) : ([], false)
        let content = SuppressionListPage(
            filter: filter,
            suppressions: found.0,
            hasMore: found.1,
            form: form,
            done: done,
            context: context
        )
        return try Page("Do-not-call", .doNotCall, for: context, status: status, content: content.html)
            .response(from: request, context: context)
    }

    private func page(
        of number: PhoneNumber,
        _ context: SessionContext,
        problems: FormProblems = FormProblems()
    ) async throws -> Page {
        let found: [Suppression]
        do {
            found = try await engine.suppressions.suppressions(of: number, project: context.project)
        } catch Refusal.unknownSuppression {
            found = []
        }
        var authors: [String: String] = [:]
        if found.contains(where: { $0.addedBy != "call" }) {
            for user in try await engine.users.users(project: context.project) {
                authors[user.id.description] = user.name
            }
            for key in try await engine.keys.keys(project: context.project) {
                authors[key.id.description] = "the API key \(key.name.isEmpty ? key.hint : key.name)"
            }
        }
        let content = SuppressedNumberPage(
            number: number,
            suppressions: found,
            authors: authors,
            problems: problems,
            context: context
        )
        return Page(number.description, .doNotCall, for: context, content: content.html)
    }
}

extension SessionContext {
    /// Who acts, as records name it.
    var author: String { session.user.id.description }

    /// The number that the path names, with its plus sign or without.
    fileprivate func number() throws -> PhoneNumber {
        let text = (parameters.get("number") ?? "").replacing("%2B", with: "+").replacing("%2b", with: "+")
        guard let number = PhoneNumber(text) ?? PhoneNumber("+" + text) else { throw PageProblem.noSuchPage }
        return number
    }
}
