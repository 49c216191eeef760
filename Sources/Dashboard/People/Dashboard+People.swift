import Calls
import Engine
import FoundationEssentials
import Hummingbird
import WebAPI

extension Dashboard {
    func addPeopleRoutes(to pages: PageGroups) {
        pages.group("people", needing: .owner)
            .get(use: people)
            .post(use: invite)
            .post(":id/role", use: setRole)
            .post(":id/disable") { try await switchUser($0, $1, off: true) }
            .post(":id/enable") { try await switchUser($0, $1, off: false) }
    }

    @Sendable
    private func people(_ request: Request, _ context: SessionContext) async throws -> Page {
        try await page(context, link: nil)
    }

    @Sendable
    private func invite(_ request: Request, _ context: SessionContext) async throws -> Page {
        guard let role = Role(rawValue: context.form["role"] ?? "") else {
            throw Refusal.invalid(field: "role", message: "expected viewer, editor or owner")
        }
        let (user, code) = try await engine.users.invite(context.form["name"] ?? "", as: role, project: context.project)
        try await note(.invitedUser, on: user.name, detail: role.rawValue, context)
        let path = Self.invitationPath(code)
        return try await page(context, link: (user, publicURL.absolute(path, for: request)))
    }

    @Sendable
    private func setRole(_ request: Request, _ context: SessionContext) async throws -> Response {
        guard let role = Role(rawValue: context.form["role"] ?? "") else {
            throw Refusal.invalid(field: "role", message: "expected viewer, editor or owner")
        }
        let id: User.ID = try userID(context)
        let user = try await engine.users.setRole(role, of: id, project: context.project)
        try await note(.choseRole, on: user.name, detail: role.rawValue, context)
        return .seeOther("/people")
    }

    private func switchUser(_ request: Request, _ context: SessionContext, off: Bool) async throws -> Response {
        let user = try await engine.users.setDisabled(off, try userID(context), project: context.project)
        try await note(off ? .disabledUser : .enabledUser, on: user.name, context)
        return .seeOther("/people")
    }

    private func userID(_ context: SessionContext) throws -> User.ID {
        guard let id = context.parameters.get("id").flatMap({ User.ID($0) }) else { throw UserProblem.unknownUser }
        return id
    }

    private func page(_ context: SessionContext, link: (user: User, url: String)?) async throws -> Page {
        let users = try await engine.users.users(project: context.project)
        return Page(
            "People",
            .people,
            for: context,
            content: PeoplePage(users: users, link: link, context: context).html
        )
    }

    /// Writes down that the user of `context` did something.
    func note(
        _ action: AuditEntry.Action,
        on subject: String? = nil,
        detail: String? = nil,
        _ context: SessionContext
    ) async throws {
        try await engine.users.audit.note(
            action,
            by: context.session.user,
            on: subject,
            detail: detail,
            from: context.address
        )
    }
}

/// Who may sign in, and as what.
private struct PeoplePage {
    let users: [User]
    let link: (user: User, url: String)?
    let context: SessionContext

    var html: HTML {
        """
        \(link.map(invitation))
        <table class="list"><caption class="hidden">Users</caption>
        <thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Signed in last</th><th scope="col">Standing</th><th scope="col"><span class="hidden">Change</span></th></tr></thead>
        <tbody>\(users.map(row))</tbody></table>
        <section class="card"><h2>Invite somebody</h2>
        <form method="post" action="/people" class="line">\(context.session.token)
        <label>Name or e-mail address <input name="name" required pattern="[A-Za-z0-9.@_+\\-]{1,64}" autocomplete="off"></label>
        <label>Role <select name="role">\(Role.allCases.map { HTML.option($0.rawValue, $0.words, isChosen: $0 == .editor) })</select></label>
        <button>Make a link</button>
        </form></section>
        """
    }

    private func invitation(_ link: (user: User, url: String)) -> HTML {
        .notice(
            """
            <p>Give this link to <bdi>\(link.user.name)</bdi>. It opens once, within a day, and is not shown again.</p>
            <p><input readonly class="wide code" aria-label="Link" value="\(link.url)"></p>
            """,
            .good
        )
    }

    private func row(_ user: User) -> HTML {
        let standing: HTML =
            if user.disabledAt != nil {
                .badge("switched off", .bad)
            } else {
                user.hasPassword ? .badge("active", .good) : .badge("invited", .wait)
            }
        let isSelf = user.id == context.session.user.id
        let verb = user.disabledAt == nil ? ("disable", "Switch off") : ("enable", "Switch on")
        let change: HTML = """
            <form method="post" action="/people/\(user.id)/\(verb.0)">\(context.session.token)<button class="plain">\(verb.1)</button></form>
            """
        return """
            <tr><th scope="row"><bdi>\(user.name)</bdi>\(if: isSelf, " <span class=\"quiet\">you</span>")</th>
            <td data-label="Role"><form method="post" action="/people/\(user.id)/role" class="line">\(context.session.token)<select name="role" aria-label="Role of \(user.name)">\(Role.allCases.map { HTML.option($0.rawValue, $0.rawValue, isChosen: $0 == user.role) })</select><button class="plain">Set</button></form></td>
            <td data-label="Signed in last">\(HTML.time(user.signedInAt))</td>
            <td data-label="Standing">\(standing)</td>
            <td>\(if: !isSelf, change)</td></tr>
            """
    }
}

extension Role {
    fileprivate var words: String {
        switch self {
        case .viewer: "viewer: sees"
        case .editor: "editor: calls and changes"
        case .owner: "owner: also keys and people"
        }
    }
}
