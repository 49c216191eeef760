import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addRehearsalRoutes(to door: DoorRoutes) {
        door.group("v1/agents/:agent/rehearse", needing: .agentsManage)
            .post(use: rehearse)
    }

    /// What the agent would say, or a talk with it in writing. Nothing is kept: `turns` brings what was written before.
    @Sendable
    private func rehearse(_ request: Request, _ context: ProjectContext) async throws -> NativeRehearsal {
        let body = try await request.jsonObject(accepting: ["variables", "turns", "say"], orNothing: true)
        let agent = try await agents.agent(try context.pathText("agent"), project: context.project)
        let variables = try body.object("variables") ?? [:]
        let rehearsal = try await agents.rehearse(
            agent,
            variables: variables,
            after: try turns(in: body),
            saying: try body.string("say")
        )
        return NativeRehearsal(rehearsal, preview: agents.preview(agent, variables: variables))
    }

    private func turns(in body: JSONObjectBody) throws -> [RehearsedTurn] {
        guard let turns = try body.value("turns") else { return [] }
        guard case .array(let values) = turns else {
            throw RequestProblem.invalidField("turns", message: "expected a list of objects with 'said' and 'answered'")
        }
        return try values.map { value in
            guard case .object(let members) = value, case .string(let said)? = members["said"] else {
                throw RequestProblem.invalidField("turns", message: "each needs 'said', a text")
            }
            guard case .array(let answers) = members["answered"] ?? .array([]) else {
                throw RequestProblem.invalidField("turns", message: "'answered' is a list of texts")
            }
            return RehearsedTurn(said: said, answered: answers.map(\.spoken))
        }
    }
}

/// A talk with an agent in writing, as far as it has come.
struct NativeRehearsal: ResponseEncodable, Sendable {
    struct Turn: Encodable, Sendable {
        let said: String
        let answered: [String]
        /// What a flow took the words for; `null` if they fit nothing.
        @Nullable var intent: String?
        let tools: [Tool]
    }

    struct Tool: Encodable, Sendable {
        let name: String
        let arguments: String
        let result: String
        let refused: Bool
        let failed: Bool
    }

    let opening: [String]
    /// What a language model is told of its part; `null` if a flow leads.
    @Nullable var prompt: String?
    let turns: [Turn]
    let fields: [String: JSONValue]
    /// The agent has hung up.
    let over: Bool
    @Nullable var goal: Goal?

    init(_ rehearsal: Rehearsal, preview: AgentPreview) {
        opening = rehearsal.opening
        prompt = preview.prompt
        turns = rehearsal.turns.map { turn in
            Turn(
                said: turn.said,
                answered: turn.answered,
                intent: turn.intent,
                tools: turn.tools.map {
                    Tool(
                        name: $0.name,
                        arguments: $0.arguments,
                        result: $0.result,
                        refused: $0.isRefused,
                        failed: $0.isFailed
                    )
                }
            )
        }
        fields = rehearsal.fields
        over = rehearsal.isOver
        goal = rehearsal.goal
    }
}
