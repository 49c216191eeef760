import Calls
import FoundationEssentials
import Hummingbird

extension ProjectContext {
    func telzinoAgent() throws(RequestProblem) -> Agent.ID { try identifier("agent", named: "agentId") }
    func telzinoCall() throws(RequestProblem) -> Call.ID { try identifier("call", named: "callId") }

    /// A part of the path: a UUID as the vendor spells it, in any case, or our own spelling of the same.
    private func identifier<Subject>(
        _ parameter: String,
        named name: String
    ) throws(RequestProblem) -> Identifier<Subject> {
        guard let text = parameters.get(parameter) else { throw .noSuchPath }
        if let uuid = UUID(uuidString: text) { return Identifier(uuid) }
        guard let identifier = Identifier<Subject>(text) else {
            throw .invalidParameter(name, message: "expected a UUID, got \(text.debugDescription)")
        }
        return identifier
    }
}
