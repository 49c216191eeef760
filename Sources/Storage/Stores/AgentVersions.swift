package import Calls
import FoundationEssentials
import Synchronization

/// One state of an agent, kept for as long as calls refer to it.
package enum AgentVersion: Identified {
    package typealias ID = Identifier<AgentVersion>
    package static let identifierPrefix = "agv"
}

/// Agents as calls were placed with them. A version never changes, so what was read once need not be read again.
final class AgentVersions: Sendable {
    private static let capacity = 512
    private let known = Mutex<[AgentVersion.ID: Agent]>([:])

    /// The agent that a row's column `agent_version` names.
    func agent(of row: SQLRow, _ db: any SQLTransaction) throws -> Agent {
        let id: AgentVersion.ID = try row["agent_version"]
        if let agent = known.withLock({ $0[id] }) { return agent }
        guard let row = try db.run("SELECT document FROM agent_versions WHERE id = \(id)").first else {
            throw SQLColumnError(value: id.sqlValue, type: "agent version")
        }
        let agent = try row["document", as: JSONColumn<Agent>.self].value
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[id] = agent
        }
        return agent
    }
}
