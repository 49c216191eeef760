package import Calls

/// Sends the HTTP requests that an agent may make during a call.
package protocol AgentRequests: Sendable {
    /// Begins a session with a server of tools, which is one call's and is to be ended.
    func open(
        _ server: ToolServer,
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> any ToolSession

    /// What came back, as a language model is told it. `arguments` fit the tool's schema.
    func call(
        _ tool: HTTPTool,
        _ arguments: [String: JSONValue],
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> String
}

/// A server of tools as one call uses it.
package protocol ToolSession: Sendable {
    /// Those of its tools that the agent may use and the server has.
    var tools: [ModelTool] { get }

    /// What came of it, as a language model is told it. Each call is sent once.
    func call(_ tool: String, _ arguments: [String: JSONValue]) async throws(RequestFailure) -> String

    /// Ends the session.
    func close() async
}

/// Why a request brought nothing of use.
package struct RequestFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// In words that a language model can do something with, and that hold no secret.
    package var description: String
    /// Nothing was sent.
    package var isRefused: Bool

    package init(_ description: String, isRefused: Bool = false) {
        self.description = description
        self.isRefused = isRefused
    }
}
