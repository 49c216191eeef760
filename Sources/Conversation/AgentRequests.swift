package import Calls

/// Sends the HTTP requests that an agent may make during a call.
package protocol AgentRequests: Sendable {
    /// What came back, as a language model is told it. `arguments` fit the tool's schema.
    func call(
        _ tool: HTTPTool,
        _ arguments: [String: JSONValue],
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> String
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
