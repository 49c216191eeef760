import Calls
import Engine
import HTTPTypes
import Hummingbird
import WebAPI

extension Dashboard {
    func addSignInRoutes(to pages: PageGroups) {
        pages.open()
            .get { _, _ in Response.seeOther("/calls") }
            .get("login", use: showSignIn)
            .post("login", use: signIn)
            .get("invitation", use: showInvitation)
            .post("invitation", use: accept)
        pages.group("logout", needing: .viewer)
            .post(use: signOut)
    }

    @Sendable
    private func showSignIn(_ request: Request, _ context: PageContext) async throws -> Response {
        guard context.session == nil else { return .seeOther("/calls") }
        return visitorPage(request) { token in
            SignInPage(name: nil, next: request.query["next"], problem: nil, token: token).html
        }
    }

    @Sendable
    private func signIn(_ request: Request, _ context: PageContext) async throws -> Response {
        let form = try await visitorForm(request)
        let (name, next) = (form["name"] ?? "", form["next"])
        do {
            let secret = try await engine.users.signIn(name, password: form.verbatim("password"), from: context.address)
            return begin(secret, at: Self.local(next) ?? "/calls")
        } catch let problem as UserProblem {
            return visitorPage(request, status: problem.status) { token in
                SignInPage(name: name, next: next, problem: problem.message, token: token).html
            }
        }
    }

    @Sendable
    private func showInvitation(_ request: Request, _ context: PageContext) async throws -> Response {
        let code = request.query["code"] ?? ""
        let user = try await engine.users.invited(by: code)
        return visitorPage(request, title: "Choose a password") { token in
            InvitationPage(user: user, code: code, problem: nil, token: token).html
        }
    }

    @Sendable
    private func accept(_ request: Request, _ context: PageContext) async throws -> Response {
        let form = try await visitorForm(request)
        let (code, password) = (form.verbatim("code"), form.verbatim("password"))
        do {
            guard password == form.verbatim("again") else { throw PasswordsDiffer() }
            return begin(try await engine.users.accept(code, password: password, from: context.address), at: "/calls")
        } catch {
            let message: String
            switch error {
            case is PasswordsDiffer: message = "The two passwords are not the same."
            case UserProblem.passwordLength: message = UserProblem.passwordLength.message
            default: throw error
            }
            let user = try await engine.users.invited(by: code)
            return visitorPage(request, status: .unprocessableContent, title: "Choose a password") { token in
                InvitationPage(user: user, code: code, problem: message, token: token).html
            }
        }
    }

    private struct PasswordsDiffer: Error {}

    @Sendable
    private func signOut(_ request: Request, _ context: SessionContext) async throws -> Response {
        if let secret = cookie.secret(.session, in: request) {
            try await engine.users.signOut(secret, from: context.address)
        }
        var response = Response.seeOther("/login")
        cookie.remove(.session, in: &response)
        return response
    }

    private func begin(_ secret: String, at path: String) -> Response {
        var response = Response.seeOther(path)
        cookie.set(.session, secret, in: &response)
        cookie.remove(.visitor, in: &response)
        return response
    }

    /// A path of ours: anything else could send whoever signs in to another site.
    static func local(_ path: String?) -> String? {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"),
            path.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0 != "\\" && $0.value != 0x7F })
        else { return nil }
        return path
    }
}

// The forms of visitors carry a token, too: else another site could sign its readers in under a name of its choice.
extension Dashboard {
    private func visitorPage(
        _ request: Request,
        status: HTTPResponse.Status = .ok,
        title: String = "Sign in",
        _ content: (_ token: HTML) -> HTML
    ) -> Response {
        let known = cookie.secret(.visitor, in: request)
        let secret = known ?? UserControl.visitorSecret()
        let token: HTML = """
            <input type="hidden" name="\(FormFields.tokenName)" value="\(UserControl.formToken(of: secret))">
            """
        var response = GatePage(title: title, content: content(token)).response(status, Theme(request))
        if known == nil { cookie.set(.visitor, secret, in: &response) }
        return response
    }

    private func visitorForm(_ request: Request) async throws -> FormFields {
        let form = try await request.form()
        guard !request.isFromElsewhere, let secret = cookie.secret(.visitor, in: request),
            UserControl.isToken(form.verbatim(FormFields.tokenName), UserControl.formToken(of: secret))
        else { throw PageProblem.formNotOurs }
        return form
    }
}
