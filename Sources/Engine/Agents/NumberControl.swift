package import Calls
import FoundationEssentials
import Storage

/// The numbers a project calls from: got, attached to agents, given back.
package struct NumberControl: Sendable {
    let store: NumberStore
    let agents: AgentControl
    /// Numbers of the operator that a project may take.
    let pool: [PhoneNumber]
    let now: @Sendable () -> Date

    /// Oldest first.
    package func numbers(project: Project.ID) async throws -> [OwnedNumber] {
        try await store.numbers(project: project)
    }

    package func number(_ id: OwnedNumber.ID, project: Project.ID) async throws -> OwnedNumber {
        guard let number = try await store.number(id, project: project) else { throw Refusal.unknownNumber }
        return number
    }

    /// Numbers of the operator's pool that no project has.
    package func available() async throws -> [PhoneNumber] {
        let taken = try await store.taken(of: pool)
        return pool.filter { !taken.contains($0) }
    }

    /// Takes a number from the operator's pool.
    package func take(_ number: PhoneNumber, name: String?, project: Project.ID) async throws -> OwnedNumber {
        guard let owned = try await taken(number, name, project) else {
            throw Refusal.invalid(field: "number", message: "\(number) is not available")
        }
        return owned
    }

    /// Nil if the number is none of the pool, or another project has it by now.
    private func taken(_ number: PhoneNumber, _ name: String?, _ project: Project.ID) async throws -> OwnedNumber? {
        guard pool.contains(number) else { return nil }
        do {
            return try await store.take(number, name: name, project: project, at: now())
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
    }

    /// Gives the project a number that its trunk can call from: the operator's word is taken for it.
    package func add(_ number: PhoneNumber, name: String?, project: Project.ID) async throws -> OwnedNumber {
        do {
            return try await store.add(number, name: name, project: project, at: now())
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
    }

    /// Throws `Refusal.numberInUse` while an agent has it.
    package func remove(_ id: OwnedNumber.ID, project: Project.ID) async throws {
        _ = try await number(id, project: project)
        guard try await store.remove(id, project: project) else { throw Refusal.numberInUse }
    }

    /// The project's number with this id, for `agent`, which is to have it. Throws `Refusal.unknownNumber`, and `Refusal.invalid` if
    /// another agent answers the number that this one is to answer.
    package func number(
        _ id: OwnedNumber.ID,
        for agent: Agent,
        project: Project.ID
    ) async throws -> OwnedNumber {
        let owned = try await number(id, project: project)
        try Self.check(owned, for: agent)
        return owned
    }

    private static func check(_ owned: OwnedNumber, for agent: Agent) throws(Refusal) {
        guard agent.direction == .inbound, let other = owned.inboundAgent, other != agent.id else { return }
        throw .invalid(field: "number", message: "\(owned.number) is answered by another agent")
    }

    /// Adds a number to those of an agent, behind the others; with `first`, before them.
    package func attach(
        _ id: OwnedNumber.ID,
        to agent: String,
        first: Bool = false,
        project: Project.ID
    ) async throws -> Agent {
        let owned = try await number(id, project: project)
        return try await agents.update(agent, project: project) { agent in
            try Self.check(owned, for: agent)
            if first { agent.numbers.removeAll { $0 == owned.number } }
            guard !agent.numbers.contains(owned.number) else { return }
            agent.numbers.insert(owned.number, at: first ? 0 : agent.numbers.count)
        }
    }

    /// Gives an agent that has no number one to call from, for doors whose clients know of no numbers: one of the project's, preferably one that
    /// no agent answers, or else the next of the operator's pool. An agent that has a number, or for which there is none, stays as it is.
    package func equip(_ agent: Agent, project: Project.ID) async throws -> Agent {
        guard agent.numbers.isEmpty else { return agent }
        let owned = try await numbers(project: project)
        var number = owned.first { $0.inboundAgent == nil } ?? owned.first
        if number == nil {
            for next in try await available() where number == nil {
                number = try await taken(next, nil, project)
            }
        }
        guard let number else { return agent }
        return try await attach(number.id, to: agent.id.description, project: project)
    }

    /// Takes a number from an agent. The project keeps it.
    package func detach(_ id: OwnedNumber.ID, from agent: String, project: Project.ID) async throws -> Agent {
        let owned = try await number(id, project: project)
        return try await agents.update(agent, project: project) { agent in
            agent.numbers.removeAll { $0 == owned.number }
        }
    }
}
