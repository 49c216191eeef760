package import Calls
import Conversation
import FoundationEssentials
import PhoneNumbers
import Storage

/// Agents: make, change, look up, remove.
package struct AgentControl: Sendable {
    let store: AgentStore
    let policies: DialPolicyStore
    /// The names that can speak.
    package let voices: [String]
    /// The names of models that do all by themselves.
    package let realtimeModels: [String]
    /// Recordings that agents may name. Nil: there are none.
    let sounds: (any SoundLibrary)?
    let lack: TalkLack?
    /// Answers what is written to agents without a flow. Nil: there is none.
    let languageModel: (any LanguageModel)?
    /// Sends the requests of agents' tools.
    let requests: any AgentRequests
    let addressGuard: AddressGuard
    let now: @Sendable () -> Date

    /// Reads a definition in YAML or JSON (which is YAML), and stores it under its slug: a new agent, or a new state of the one that has
    /// the slug. Throws `AgentFileError` with line numbers if it cannot be accepted.
    ///
    /// With `mustBeNew` an existing agent is left alone and `Refusal.agentExists` thrown.
    package func apply(
        _ text: String,
        mustBeNew: Bool = false,
        project: Project.ID
    ) async throws -> (agent: Agent, isNew: Bool) {
        let changes = try await policies.changes(of: project)
        let agent = try read(text) { transferProblems(of: $0, changes) }
        do {
            guard let stored = try await store.put(agent, mustBeNew: mustBeNew, project: project) else {
                throw Refusal.agentExists(slug: agent.slug)
            }
            return stored
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
    }

    /// Reads a definition without storing anything. Throws `AgentFileError` if `apply` would in every project.
    package func check(_ text: String) throws(AgentFileError) -> Agent {
        try read(text) { _ in [] }
    }

    private func read(_ text: String, problems: (Agent) -> [FlowProblem]) throws(AgentFileError) -> Agent {
        try AgentFile.read(
            text,
            voices: voices,
            realtimeModels: realtimeModels,
            problems: { agent in [audioProblem(of: agent)].compactMap(\.self) + problems(agent) },
            now: now()
        )
    }

    /// The destinations of transfers that the project with these changes may not call.
    private func transferProblems(of agent: Agent, _ changes: DialPolicyChanges) -> [FlowProblem] {
        guard let policy = try? DialPolicy([changes, agent.policy]) else { return [] }
        return agent.transfers.enumerated().compactMap { index, transfer in
            guard let destination = transfer.number?.destination(withZones: false) else { return nil }
            let check = policy.check(destination)
            return check.outcome == .blocked ? FlowProblem(path: "transfers[\(index)].to", message: check.reason) : nil
        }
    }

    /// Why the recording that an agent names cannot be played.
    func audioProblem(of agent: Agent) -> FlowProblem? {
        guard let name = agent.voicemail.audio else { return nil }
        do throws(SoundProblem) {
            guard let sounds else { throw SoundProblem("this server plays no recordings") }
            _ = try sounds.sound(named: name)
            return nil
        } catch {
            return FlowProblem(path: "voicemail.audio", message: error.message)
        }
    }

    /// What leads its conversations as this server is configured.
    package func conductor(of agent: Agent) -> Conductor {
        agent.conductor(lacking: lack)
    }

    /// What this server lacks, so that the agent takes messages. Nil: it does what it is there for.
    package func lack(for agent: Agent) -> TalkLack? {
        conductor(of: agent) == .messageTaking ? lack : nil
    }

    /// By id or slug.
    package func agent(_ reference: String, project: Project.ID) async throws -> Agent {
        guard let (agent, _) = try await store.agent(reference, project: project) else {
            throw Refusal.unknownAgent(reference)
        }
        return agent
    }

    /// By slug.
    package func agents(project: Project.ID) async throws -> [Agent] {
        try await store.agents(project: project)
    }

    /// Those that calls can be placed with, by slug.
    package func agentsForCalls(project: Project.ID) async throws -> [Agent] {
        try await agents(project: project).filter { $0.direction == .outbound && $0.status == .active }
    }

    /// Throws `Refusal.agentInUse` while the agent has calls that are not over.
    package func remove(_ reference: String, project: Project.ID) async throws {
        let agent = try await agent(reference, project: project)
        guard try await store.remove(agent.id, project: project) else { throw Refusal.agentInUse }
    }
}

/// What is wrong with an agent file, all of it at once.
package struct AgentFileError: Error, Sendable, Hashable {
    package struct Problem: Sendable, Hashable {
        /// 1 for the first line.
        package var line: Int
        package var column: Int
        package var message: String

        package init(line: Int, column: Int, message: String) {
            self.line = line
            self.column = column
            self.message = message
        }
    }

    package var problems: [Problem]

    package init(problems: [Problem]) {
        self.problems = problems
    }
}
