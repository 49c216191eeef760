import Calls
import Engine
import Hummingbird

extension NativeDialect {
    func addAgentHistoryRoutes(to door: DoorRoutes) {
        door.group("v1/agents/:agent/versions", needing: .agentsManage)
            .get(use: listVersions)
            .get(":version", use: showVersion)
            .post(":version/restore", use: restoreVersion)
    }

    /// Newest first, the present one among them.
    @Sendable
    private func listVersions(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["limit", "before"])
        let (states, hasMore) = try await agents.states(
            of: try context.pathText("agent"),
            before: try query.identifier("before"),
            limit: try query.integer("limit", in: 1...200) ?? 50,
            project: context.project
        )
        let page = NativeAgentVersionPage(
            data: states.map(NativeAgentVersion.init),
            hasMore: hasMore,
            nextBefore: hasMore ? states.last?.version.description : nil
        )
        return try context.responseEncoder.encode(page, from: request, context: context)
    }

    @Sendable
    private func showVersion(_ request: Request, _ context: ProjectContext) async throws -> NativeAgentVersion {
        let state = try await agents.state(
            try context.versionID(),
            of: try context.pathText("agent"),
            project: context.project
        )
        return NativeAgentVersion(state)
    }

    /// The agent has what it had then, as a new version. Whether it takes calls stays as it is.
    @Sendable
    private func restoreVersion(_ request: Request, _ context: ProjectContext) async throws -> NativeAgent {
        let agent = try await agents.restore(
            try context.versionID(),
            of: try context.pathText("agent"),
            project: context.project
        )
        return NativeAgent(agent, lack: agents.lack(for: agent))
    }
}

extension ProjectContext {
    fileprivate func versionID() throws(Refusal) -> AgentState.ID {
        guard let id = parameters.get("version").flatMap({ AgentState.ID($0) }) else {
            throw .unknownAgentVersion
        }
        return id
    }
}

/// A state that an agent has, or had.
struct NativeAgentVersion: ResponseEncodable, Sendable {
    let id: String
    /// The agent has it now.
    let current: Bool
    /// When the agent got it.
    let createdAt: String
    /// What `POST /v1/agents` takes.
    let definition: JSONValue

    init(_ state: AgentState) {
        id = state.version.description
        current = state.isCurrent
        createdAt = Timestamp.text(state.since)
        definition = state.agent.document
    }
}

/// `nextBefore` goes into `before` of the next request; `null` on the last page.
struct NativeAgentVersionPage: Encodable, Sendable {
    let data: [NativeAgentVersion]
    let hasMore: Bool
    @Nullable var nextBefore: String?
}
