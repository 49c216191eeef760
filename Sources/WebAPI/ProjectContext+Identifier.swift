import Calls
import Engine
import Hummingbird

extension ProjectContext {
    /// What the path has in the place called `name`.
    func pathText(_ name: String) throws(RequestProblem) -> String {
        guard let text = parameters.get(name) else { throw .noSuchPath }
        return text
    }

    /// What the path names in the place called `name`. A text that is no identifier names nothing: then `refusal` is thrown.
    func identifier<Subject>(_ name: String = "id", or refusal: Refusal) throws(Refusal) -> Identifier<Subject> {
        guard let id = parameters.get(name).flatMap({ Identifier<Subject>($0) }) else { throw refusal }
        return id
    }

    /// The call the path names.
    func callID() throws(Refusal) -> Call.ID { try identifier(or: .unknownCall) }

    /// The webhook endpoint the path names.
    func endpointID() throws(Refusal) -> WebhookEndpoint.ID { try identifier(or: .unknownEndpoint) }
}
