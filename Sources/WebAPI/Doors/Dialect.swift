package import Calls
package import HTTPTypes
import Hummingbird

/// One way of speaking to the engine: its routes, and its words for what the engine says.
///
/// A dialect only translates. It holds no state, makes no decision and touches no store: whatever it needs, it asks the engine's
/// controls for. Our own API is a dialect too.
package protocol Dialect: Sendable {
    /// Names the dialect in configuration and stored with calls, so that a call's webhooks speak the language it was placed in.
    static var name: String { get }

    /// Hangs the dialect's routes behind its door. Paths are relative to it.
    func addRoutes(to door: DoorRoutes)

    /// What is said in place of an answer.
    func answer(to failure: Failure) -> WireAnswer

    /// What every answer says of the limits that its request was counted in; without any, nothing. Resets are in seconds unless the vendor has it otherwise.
    func rateLimitHeaders(_ states: [RateLimitState]) -> HTTPFields

    /// The same for a dialect that names the request in its errors.
    func answer(to failure: Failure, requestID: String) -> WireAnswer
}

extension Dialect {
    package func rateLimitHeaders(_ states: [RateLimitState]) -> HTTPFields {
        guard let state = states.min(by: { $0.remaining < $1.remaining }) else { return [:] }
        return [
            .rateLimitLimit: "\(state.limit.count)", .rateLimitRemaining: "\(state.remaining)",
            .rateLimitReset: "\(state.resetsIn)",
        ]
    }

    package func answer(to failure: Failure, requestID: String) -> WireAnswer { answer(to: failure) }
}

/// An answer in a dialect's words. A dialect throws it where its words need what only the route knows.
package struct WireAnswer: Error, Sendable {
    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    package var body: any Encodable & Sendable

    package init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], body: any Encodable & Sendable) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
