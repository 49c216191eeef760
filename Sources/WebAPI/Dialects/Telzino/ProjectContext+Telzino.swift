import Calls
import Hummingbird

extension ProjectContext {
    func telzinoAgent() throws(RequestProblem) -> Agent.ID { try identifier("agent", named: "agentId") }
    func telzinoCall() throws(RequestProblem) -> Call.ID { try identifier("call", named: "callId") }

    /// A part of the path: a UUID as the vendor spells it, in any case, or our own spelling of the same.
    private func identifier<Subject>(
        _ parameter: String,
        named name: String
    ) throws(RequestProblem) -> Identifier<Subject> {
        let text = try pathText(parameter)
        guard let identifier = Identifier<Subject>(spelled: text) else {
            throw .invalidParameter(name, message: "expected a UUID, got \(text.debugDescription)")
        }
        return identifier
    }
}
