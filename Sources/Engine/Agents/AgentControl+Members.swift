package import Calls
import FoundationEssentials
import Storage

// For doors whose clients make and change agents member by member.
extension AgentControl {
    /// A new agent with nothing but a name, to be filled in and given to `add`.
    package func blank(name: String) -> Agent {
        let now = now()
        return Agent(
            id: Agent.ID(bornAt: now),
            slug: Self.slug(of: name),
            name: name,
            voice: voices.first ?? "",
            numbers: [],
            greeting: "",
            flow: nil,
            createdAt: now,
            updatedAt: now
        )
    }

    /// `wish` if that voice can speak; otherwise the usual one, because clients of other systems name theirs.
    package func voice(_ wish: String?) -> String {
        wish.flatMap { voices.contains($0) ? $0 : nil } ?? voices.first ?? ""
    }

    /// Stores a new agent; a slug that is taken gets a number behind it. Throws `Refusal.invalid` with the member that cannot be accepted.
    package func add(_ agent: Agent, project: Project.ID) async throws -> Agent {
        try check(agent)
        return try await refusing { try await store.add(agent, project: project) }
    }

    /// Changes an agent: calls placed from now on go by its new state. Throws `Refusal.invalid` with the member that cannot be accepted, and
    /// what `change` throws.
    package func update(
        _ reference: String,
        project: Project.ID,
        _ change: @escaping @Sendable (inout Agent) throws -> Void
    ) async throws -> Agent {
        let agent = try await agent(reference, project: project)
        let updated = try await refusing {
            try await store.update(agent.id, project: project, at: now()) { agent in
                guard agent.status != .archived else { throw Refusal.unknownAgent(reference) }
                try change(&agent)
                try check(agent)
            }
        }
        guard let updated else { throw Refusal.unknownAgent(reference) }
        return updated
    }

    /// Puts an agent away: it is in no list, places no calls and gives its numbers back. Its past calls keep it.
    package func archive(_ reference: String, project: Project.ID) async throws -> Agent {
        try await update(reference, project: project) { $0.status = .archived }
    }

    private func check(_ agent: Agent) throws(Refusal) {
        let problems = FlowCheck.problems(
            in: agent,
            voices: voices,
            realtimeModels: realtimeModels,
            mayHaveNoTask: true
        )
        if let problem = problems.first {
            throw .invalid(field: problem.path.isEmpty ? "agent" : problem.path, message: problem.message)
        }
        if let url = agent.webhookURL, let problem = addressGuard.problem(with: url) {
            throw .invalid(field: "webhook_url", message: problem)
        }
    }

    private func refusing<Result>(_ write: () async throws -> Result) async throws -> Result {
        do {
            return try await write()
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
    }

    /// `name` in lowercase letters, digits and hyphens.
    private static func slug(of name: String) -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = words.joined(separator: "-").prefix(58)
        return slug.isEmpty ? "agent" : String(slug)
    }
}
