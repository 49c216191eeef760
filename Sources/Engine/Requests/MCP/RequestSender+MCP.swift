package import Calls
package import Conversation

extension RequestSender {
    package func open(
        _ server: ToolServer,
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> any ToolSession {
        let secrets = heldSecrets(for: server.request)
        let filled: RequestTemplate.Filled
        do {
            filled = try server.request.filled({ variables[$0] }, secret: secrets.value)
        } catch {
            throw RequestFailure("It was not asked: \(error).", isRefused: true)
        }
        return try await MCPSession.open(server, filled: filled, sender: self, secrets: secrets)
    }
}
