import Calls
package import Logging

/// The tools of servers that an agent may use in one call, with the sessions that they are called in.
package struct RemoteTools: Sendable {
    private struct Place: Sendable {
        var session: any ToolSession
        var say: String?
    }

    /// How long all servers may take to tell what they have, in ms: a callee who has picked up hears nothing meanwhile.
    private static let patience = 3000

    /// What the language model is offered.
    private(set) var tools: [ModelTool] = []
    private var places: [String: Place] = [:]
    private var sessions: [any ToolSession] = []

    package init() {}

    /// Begins a session with each server of `brief`'s agent, all at once. What cannot be had is missing in this call, and logged.
    package static func open(for brief: ConversationBrief, logger: Logger) async -> RemoteTools {
        guard let requests = brief.requests, !brief.agent.toolServers.isEmpty else { return RemoteTools() }
        let variables = brief.variables.merging(brief.facts) { $1 }
        let opened = await withTaskGroup(of: (Int, (any ToolSession)?).self) { group in
            for (index, server) in brief.agent.toolServers.enumerated() {
                group.addTask {
                    (index, await session(with: server, requests, variables, logger))
                }
            }
            return await group.reduce(into: [Int: any ToolSession]()) { $0[$1.0] = $1.1 }
        }
        var remote = RemoteTools()
        for (index, server) in brief.agent.toolServers.enumerated() {
            guard let session = opened[index] else { continue }
            remote.sessions.append(session)
            for tool in session.tools {
                remote.tools.append(tool)
                remote.places[tool.name] = Place(session: session, say: server.say)
            }
            let missing = server.tools.filter { remote.places[$0] == nil }
            if !missing.isEmpty {
                logger.warning(
                    "A server does not have every tool that the agent may use",
                    metadata: ["server": "\(server.name)", "missing": "\(missing.joined(separator: ", "))"]
                )
            }
        }
        return remote
    }

    private static func session(
        with server: ToolServer,
        _ requests: any AgentRequests,
        _ variables: [String: JSONValue],
        _ logger: Logger
    ) async -> (any ToolSession)? {
        do {
            return try await withDeadline(.milliseconds(patience)) {
                try await requests.open(server, variables: variables)
            }
        } catch {
            logger.warning(
                "A server of tools cannot be used in this call",
                metadata: ["server": "\(server.name)", "error": "\(error)"]
            )
            return nil
        }
    }

    func tool(named name: String) -> ModelTool? { tools.first { $0.name == name } }

    /// What is said while it is called.
    func say(for name: String) -> String? { places[name]?.say }

    func call(_ name: String, _ arguments: [String: JSONValue]) async throws(RequestFailure) -> String {
        guard let place = places[name] else { throw RequestFailure("There is no such tool.", isRefused: true) }
        return try await place.session.call(name, arguments)
    }

    /// Ends the sessions.
    package func close() async {
        await withDiscardingTaskGroup { group in
            for session in sessions { group.addTask { await session.close() } }
        }
    }
}
