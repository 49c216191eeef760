package import Calls
import Synchronization

/// Answers the requests of an agent's tools with what a call's record has of them: nothing leaves the machine.
package final class RecordedRequests: AgentRequests {
    private let uses: Mutex<[ConversationAccount.ToolUse]>

    package init(_ account: ConversationAccount?) {
        uses = Mutex(account?.tools ?? [])
    }

    /// A server that has the tools that were used of it, with whatever arguments.
    package func open(
        _ server: ToolServer,
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> any ToolSession {
        let names = Set(uses.withLock { $0.map(\.name) })
        let tools = server.tools.filter(names.contains).map { name in
            ModelTool(name: name, description: name, parameters: ["type": "object", "additionalProperties": true])
        }
        return Session(requests: self, tools: tools)
    }

    private struct Session: ToolSession {
        let requests: RecordedRequests
        let tools: [ModelTool]

        func call(_ tool: String, _ arguments: [String: JSONValue]) async throws(RequestFailure) -> String {
            try requests.answer(tool, arguments)
        }

        func close() async {}
    }

    package func call(
        _ tool: HTTPTool,
        _ arguments: [String: JSONValue],
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> String {
        try answer(tool.name, arguments)
    }

    /// The first use with these arguments that was not given yet.
    private func answer(_ tool: String, _ arguments: [String: JSONValue]) throws(RequestFailure) -> String {
        let use = uses.withLock { uses -> ConversationAccount.ToolUse? in
            let place = uses.firstIndex { $0.name == tool && JSONValue(json: $0.arguments) == .object(arguments) }
            return place.map { uses.remove(at: $0) }
        }
        guard let use else {
            throw RequestFailure(
                "In the call that is replayed this was not asked, and it is not asked now.",
                isRefused: true
            )
        }
        guard !use.isRefused, !use.isFailed else {
            throw RequestFailure(use.result, isRefused: use.isRefused)
        }
        return use.result
    }
}
