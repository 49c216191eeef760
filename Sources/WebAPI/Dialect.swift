package import HTTPTypes
package import Hummingbird

/// One way of speaking to the engine: its routes, and its words for what the engine says.
///
/// A dialect only translates. It holds no state, makes no decision and touches no store: whatever it needs, it asks the engine's
/// controls for. Our own API is a dialect too.
package protocol Dialect: Sendable {
    /// Names the dialect in configuration and stored with calls, so that a call's webhooks speak the language it was placed in.
    static var name: String { get }

    func addRoutes(to router: RouterGroup<ProjectContext>)

    /// What is said in place of an answer.
    func answer(to failure: Failure) -> WireAnswer
}

/// An answer in a dialect's words.
package struct WireAnswer: Sendable {
    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    package var body: any Encodable & Sendable

    package init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], body: any Encodable & Sendable) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Which dialect is spoken behind which path.
struct Doors: Sendable {
    struct Door: Sendable {
        /// Empty, or with a leading slash and without a trailing one: `/telzino`.
        var path: String
        var dialect: any Dialect
    }

    /// The dialect at the empty path answers for everything no other door stands before.
    private let doors: [Door]
    private let fallback: any Dialect

    init(fallback: any Dialect, others: [Door] = []) {
        self.fallback = fallback
        doors = others
    }

    func dialect(for path: String) -> any Dialect {
        doors.first { path == $0.path || path.hasPrefix($0.path + "/") }?.dialect ?? fallback
    }

    var all: [Door] { doors + [Door(path: "", dialect: fallback)] }
}
