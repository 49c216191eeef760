import Calls
import Engine
import Hummingbird
import WebAPI

/// Whether pages are light or dark. Kept in a cookie, so that a page is never drawn in the wrong one first.
enum Theme: String, CaseIterable {
    /// As the reader's system has it.
    case system
    case light
    case dark

    private static let cookieName = "trunkline_theme"
    /// In seconds.
    private static let keptFor = 365 * 86_400

    init(_ request: Request) {
        self = request.cookies[Self.cookieName].flatMap { Theme(rawValue: $0.value) } ?? .system
    }

    func keep(in response: inout Response, isSecure: Bool) {
        response.setCookie(
            Cookie(
                name: Self.cookieName,
                value: rawValue,
                maxAge: Self.keptFor,
                path: "/",
                secure: isSecure,
                httpOnly: true,
                sameSite: .lax
            )
        )
    }

    /// What browsers call it (CSS Color Adjustment Module Level 1, section 2.1).
    var scheme: String { self == .system ? "light dark" : rawValue }

    /// Chooses one of the three, and comes back to `path`.
    func form(_ session: Session, back path: String) -> HTML {
        let buttons: [HTML] = Self.allCases.map { theme in
            "<button class=\"plain\" name=\"theme\" value=\"\(theme.rawValue)\" aria-pressed=\"\(theme == self ? "true" : "false")\">\(theme.rawValue)</button>"
        }
        return """
            <form method="post" action="/theme" class="theme" aria-label="Colours">\(session.token)<input type="hidden" name="back" value="\(path)">\(buttons)</form>
            """
    }
}

extension Dashboard {
    func addThemeRoutes(to pages: PageGroups) {
        pages.group("theme", needing: .viewer)
            .post(use: setTheme)
    }

    @Sendable
    private func setTheme(_ request: Request, _ context: SessionContext) async throws -> Response {
        var response = Response.seeOther(Self.local(context.form["back"]) ?? "/calls")
        let theme = context.form["theme"].flatMap(Theme.init(rawValue:)) ?? .system
        theme.keep(in: &response, isSecure: cookie.isSecure)
        return response
    }
}

extension Request {
    /// What was asked for, as a link of a page would have it.
    var pathAndQuery: String { uri.path + (uri.query.map { "?\($0)" } ?? "") }
}
