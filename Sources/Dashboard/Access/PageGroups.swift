import Calls
import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import WebAPI

/// Where pages are hung. A page of a project can only be had with the role that it needs, and everything that changes something has to come from one
/// of our own forms: this is the one place where both are held.
struct PageGroups {
    private let pages: RouterGroup<PageContext>

    init(router: Router<APIContext>, users: UserControl, cookie: SessionCookie) {
        pages = router.group()
            .add(middleware: PageHeaders())
            .group(context: PageContext.self)
            .add(middleware: SessionMiddleware(users: users, cookie: cookie))
            .add(middleware: PageFailures())
    }

    /// Pages that nobody has to be signed in for.
    func open() -> RouterGroup<PageContext> { pages.group() }

    /// With `takingFiles`, forms may bring a list of contacts.
    func group(
        _ path: RouterPath = "",
        needing role: Role,
        takingFiles: Bool = false
    ) -> RouterGroup<SessionContext> {
        pages.group(path)
            .group(context: SessionContext.self)
            .add(middleware: RoleMiddleware(role: role))
            .add(middleware: FormMiddleware(takesFiles: takingFiles))
    }
}

/// Finds out who asks.
private struct SessionMiddleware: RouterMiddleware {
    let users: UserControl
    let cookie: SessionCookie

    func handle(
        _ request: Request,
        context: PageContext,
        next: @concurrent (Request, PageContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let secret = cookie.secret(.session, in: request) { context.session = try await users.session(secret) }
        return try await next(request, context)
    }
}

private struct RoleMiddleware: RouterMiddleware {
    let role: Role

    func handle(
        _ request: Request,
        context: SessionContext,
        next: @concurrent (Request, SessionContext) async throws -> Response
    ) async throws -> Response {
        guard context.may(role) else { throw PageProblem.roleNeeded(role) }
        return try await next(request, context)
    }
}

/// Reads the form that a request brings, and refuses one that is not of this session.
private struct FormMiddleware: RouterMiddleware {
    let takesFiles: Bool

    func handle(
        _ request: Request,
        context: SessionContext,
        next: @concurrent (Request, SessionContext) async throws -> Response
    ) async throws -> Response {
        guard ![.get, .head, .options].contains(request.method) else { return try await next(request, context) }
        var context = context
        let session = context.session
        if takesFiles, request.bringsFile {
            // Nothing of a file is taken before the form is known to be ours.
            let upload = try await FormUpload(request) { try check(FormFields($0), of: session, request) }
            context.form = FormFields(upload.fields)
            context.list = upload.list
        } else {
            context.form = try await request.form()
        }
        try check(context.form, of: session, request)
        return try await next(request, context)
    }

    private func check(_ form: FormFields, of session: Session, _ request: Request) throws(PageProblem) {
        guard !request.isFromElsewhere, UserControl.isToken(form.verbatim(FormFields.tokenName), session.formToken)
        else { throw .formNotOurs }
    }
}

extension Request {
    /// The most that a form may have, in bytes.
    private static var largestForm: Int { 1 << 20 }

    fileprivate var bringsFile: Bool {
        headers[.contentType]?.lowercased().hasPrefix("multipart/form-data") == true
    }

    func form() async throws -> FormFields {
        guard headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
            throw RequestProblem.unsupportedMediaType(accepted: ["application/x-www-form-urlencoded"])
        }
        do {
            let body = try await body.collect(upTo: Self.largestForm)
            return FormFields(urlEncoded: String(buffer: body))
        } catch is NIOTooManyBytesError {
            throw RequestProblem.bodyTooLarge(limit: Self.largestForm)
        }
    }

    /// Whether the browser says that another site made it send this (Fetch Metadata Request Headers section 2.4).
    var isFromElsewhere: Bool {
        guard let site = headers[.known("Sec-Fetch-Site")] else { return false }
        return site != "same-origin" && site != "none"
    }

    var query: FormFields { FormFields(urlEncoded: uri.query ?? "") }
}
