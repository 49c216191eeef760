import Calls
import Engine
import HTTPTypes
import Hummingbird
import PhoneNumbers
import WebAPI

extension Dashboard {
    func addNumberRoutes(to pages: PageGroups) {
        pages.group("numbers", needing: .viewer)
            .get(use: numbers)
        pages.group("numbers", needing: .editor)
            .post(use: addNumber)
            .post(":id/remove", use: removeNumber)
            .post(":id/attach", use: attachNumber)
            .post(":id/detach", use: detachNumber)
            .post("probe", use: probe)
    }

    /// How many days of use are shown.
    private static var days: Int { 14 }

    @Sendable
    private func numbers(_ request: Request, _ context: SessionContext) async throws -> Page {
        try await page(context, NewNumberForm())
    }

    /// A number that the operator offers is taken from the pool; for any other the user's word is taken that a trunk may show it.
    @Sendable
    private func addNumber(_ request: Request, _ context: SessionContext) async throws -> Page {
        var form = NewNumberForm(context.form)
        do {
            let number = try form.phoneNumber()
            let isOffered = try await engine.numbers.available().contains(number)
            let owned =
                isOffered
                ? try await engine.numbers.take(number, name: form.name, project: context.project)
                : try await engine.numbers.add(number, name: form.name, project: context.project)
            try await note(.addedNumber, on: "\(owned.number)", detail: isOffered ? "of the pool" : nil, context)
            return try await page(context, NewNumberForm(), done: "\(owned.number) is there to call from.")
        } catch let refusal as Refusal {
            form.problems = FormProblems(refusal, among: ["number", "name"])
            var page = try await page(context, form)
            page.status = PageFailure(refusal).status
            return page
        }
    }

    @Sendable
    private func removeNumber(_ request: Request, _ context: SessionContext) async throws -> Response {
        let owned = try await engine.numbers.number(try context.numberID(), project: context.project)
        try await engine.numbers.remove(owned.id, project: context.project)
        try await note(.removedNumber, on: "\(owned.number)", context)
        return .seeOther("/numbers")
    }

    @Sendable
    private func attachNumber(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await engine.numbers.attach(
            try context.numberID(),
            to: context.form["agent"] ?? "",
            project: context.project
        )
        try await note(.savedAgent, on: agent.slug, detail: "a number more", context)
        return .seeOther("/numbers")
    }

    @Sendable
    private func detachNumber(_ request: Request, _ context: SessionContext) async throws -> Response {
        let agent = try await engine.numbers.detach(
            try context.numberID(),
            from: context.form["agent"] ?? "",
            project: context.project
        )
        try await note(.savedAgent, on: agent.slug, detail: "a number less", context)
        return .seeOther("/numbers")
    }

    /// The page that comes back says what the trunk answered.
    @Sendable
    private func probe(_ request: Request, _ context: SessionContext) async throws -> Response {
        _ = try await engine.trunks.probe(context.form["trunk"] ?? "")
        return .seeOther("/numbers#trunks")
    }

    private func page(_ context: SessionContext, _ form: NewNumberForm, done: String? = nil) async throws -> Page {
        let owned = try await engine.numbers.numbers(project: context.project)
        let use = try await engine.numbers.dailyUse(of: owned.map(\.number), days: Self.days, project: context.project)
        let content = NumbersPage(
            owned: owned,
            use: use.calls,
            firstDay: use.firstDay,
            agents: try await engine.agents.agents(project: context.project),
            available: try await engine.numbers.available(),
            trunks: engine.trunks.standings(),
            form: form,
            done: done,
            context: context
        )
        return Page("Numbers & trunks", .numbers, for: context, content: content.html)
    }
}

extension SessionContext {
    fileprivate func numberID() throws(Refusal) -> OwnedNumber.ID {
        guard let id = parameters.get("id").flatMap({ OwnedNumber.ID($0) }) else { throw .unknownNumber }
        return id
    }
}

/// What was filled in to get a number.
struct NewNumberForm {
    /// As it was typed.
    var number = ""
    var name: String?
    var problems = FormProblems()

    init() {}

    init(_ fields: FormFields) {
        number = fields["number"] ?? ""
        name = fields["name"]
    }

    /// Throws `Refusal.invalid` if it is none.
    func phoneNumber() throws -> PhoneNumber {
        do throws(NumberFault) {
            return try PhoneNumber(written: number)
        } catch {
            throw Refusal.invalid(field: "number", message: error.description)
        }
    }
}
