import HTTPTypes
import Hummingbird

/// Puts a door's path before what was asked of a host name that stands for the door. The router finds routes by their path alone, so this
/// comes before it.
struct HostResponder<Router: HTTPResponder>: HTTPResponder where Router.Context == APIContext {
    /// Name in lowercase, without a port, to path.
    let hosts: [String: String]
    let router: Router

    func respond(to request: Request, context: APIContext) async throws -> Response {
        guard !hosts.isEmpty, let authority = request.head.authority, let door = hosts[Self.name(in: authority)],
            !door.isEmpty, let path = request.head.path, !Self.isBehind(door, path), !Self.isBehind(Self.links, path)
        else { return try await router.respond(to: request, context: context) }
        var head = request.head
        head.path = door + path
        return try await router.respond(to: Request(head: head, body: request.body), context: context)
    }

    /// Where links to recordings lead, whatever the name.
    private static var links: String { "/recordings" }

    /// The path may be there all the same: one base URL then works under every name of the server.
    private static func isBehind(_ door: String, _ path: String) -> Bool {
        guard path.hasPrefix(door) else { return false }
        return ["/", "?", nil].contains(path.dropFirst(door.count).first)
    }

    /// Without port (RFC 9110 section 7.2) and without the dot that makes a name absolute. Names are case-insensitive.
    private static func name(in authority: String) -> String {
        let name =
            authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
        return (name.hasSuffix(".") ? name.dropLast() : name).lowercased()
    }
}
