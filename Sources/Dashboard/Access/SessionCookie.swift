import Hummingbird
import WebAPI

/// The cookies that a browser keeps for us: no script reads them, and no other site's form sends them.
struct SessionCookie: Sendable {
    /// Of a session, or of a visitor who is about to sign in.
    enum Kind: String {
        case session = "trunkline_session"
        case visitor = "trunkline_visitor"
    }

    /// Whether it is sent by TLS alone.
    let isSecure: Bool

    /// With the prefix, browsers take it from no other host and no other path (RFC 6265bis section 4.1.3.2).
    private func name(_ kind: Kind) -> String { isSecure ? "__Host-\(kind.rawValue)" : kind.rawValue }

    func secret(_ kind: Kind, in request: Request) -> String? { request.cookies[name(kind)]?.value }

    func set(_ kind: Kind, _ secret: String, in response: inout Response) {
        response.setCookie(
            Cookie(
                name: name(kind),
                value: secret,
                path: "/",
                secure: isSecure,
                httpOnly: true,
                // A link from elsewhere finds the user signed in; forms carry a token all the same.
                sameSite: kind == .session ? .lax : .strict
            )
        )
    }

    func remove(_ kind: Kind, in response: inout Response) {
        response.setCookie(
            Cookie(name: name(kind), value: "", maxAge: 0, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
        )
    }
}
