import Calls
import Conversation
import Synchronization

/// A session with one server of tools. A server of revision 2026-07-28 keeps none: every message says all it needs. With an older one it begins
/// with a handshake, and is begun again where the server has lost it.
final class MCPSession: ToolSession {
    /// The revision in which messages stand for themselves.
    static let stateless = "2026-07-28"
    /// Those with a handshake, the newest first.
    static let stateful = ["2025-11-25", "2025-06-18", "2025-03-26"]
    private static let mostPages = 20
    private static let longestDescription = 2000

    private struct State {
        var lastID = 0
        /// Nil until the server has answered.
        var version: String?
        var session: String?
    }

    private let server: ToolServer
    private let wire: MCPWire
    private let secrets: HeldSecrets
    private let state = Mutex(State())
    private let offered = Mutex<[ModelTool]>([])

    private init(server: ToolServer, wire: MCPWire, secrets: HeldSecrets) {
        self.server = server
        self.wire = wire
        self.secrets = secrets
    }

    /// Finds out which revision the server speaks, and which of its tools there are.
    static func open(
        _ server: ToolServer,
        filled: RequestTemplate.Filled,
        sender: RequestSender,
        secrets: HeldSecrets
    ) async throws(RequestFailure) -> MCPSession {
        let wire = MCPWire(sender: sender, filled: filled, limit: server.timeout)
        let session = MCPSession(server: server, wire: wire, secrets: secrets)
        do throws(RequestFailure) {
            try await secrets.hidingFailures { () async throws(RequestFailure) in
                try await session.begin()
                let tools = try await session.list()
                session.offered.withLock { $0 = tools }
            }
        } catch {
            await session.close()
            throw error
        }
        return session
    }

    var tools: [ModelTool] { offered.withLock(\.self) }

    func call(_ tool: String, _ arguments: [String: JSONValue]) async throws(RequestFailure) -> String {
        let schema = tools.first { $0.name == tool }?.parameters ?? .null
        return try await secrets.hiding { () async throws(RequestFailure) -> String in
            let result = try await ask(
                "tools/call",
                ["name": .string(tool), "arguments": .object(arguments)],
                headers: MCPMessage.headers(repeating: arguments, schema: schema)
            )
            if let type = result.member("resultType")?.string, type != "complete" {
                throw RequestFailure("The tool wants something that cannot be given in a call.")
            }
            let (text, isFailed) = MCPMessage.outcome(of: result)
            if isFailed { throw RequestFailure(text) }
            return text
        }
    }

    func close() async {
        let (version, session) = state.withLock { ($0.version, $0.session) }
        guard let version, let session else { return }
        await wire.delete(headers: Self.headers(version: version, session: session))
    }

    /// A server that does not know `server/discover`, or names no revision without a handshake, is greeted with one.
    private func begin() async throws(RequestFailure) {
        let reply = try await send("server/discover", [:], as: Self.stateless, session: nil)
        if case .result(let result)? = reply.answer, case .array(let versions)? = result.member("supportedVersions"),
            versions.contains(.string(Self.stateless))
        {
            return state.withLock { $0.version = Self.stateless }
        }
        guard reply.status < 500 else { throw failure(of: reply) }
        try await shakeHands()
    }

    private func shakeHands() async throws(RequestFailure) {
        let reply = try await send(
            "initialize",
            [
                "protocolVersion": .string(Self.stateful[0]), "capabilities": [:],
                "clientInfo": ["name": "trunkline", "version": "1"],
            ],
            as: nil,
            session: nil
        )
        guard case .result(let result)? = reply.answer else { throw failure(of: reply) }
        guard let version = result.member("protocolVersion")?.string, Self.stateful.contains(version) else {
            throw RequestFailure("The server speaks no revision of the protocol that is known here.")
        }
        state.withLock { state in
            state.version = version
            state.session = reply.session
        }
        _ = try await wire.post(
            MCPMessage.notification("notifications/initialized"),
            id: nil,
            headers: Self.headers(version: version, session: reply.session)
        )
    }

    private func list() async throws(RequestFailure) -> [ModelTool] {
        var tools: [ModelTool] = []
        var cursor: JSONValue?
        for _ in 0..<Self.mostPages {
            var params: [String: JSONValue] = [:]
            params["cursor"] = cursor
            let page = try await ask("tools/list", params)
            guard case .array(let items)? = page.member("tools") else {
                throw RequestFailure("The server's list of tools cannot be read.")
            }
            tools += items.compactMap(tool)
            cursor = page.member("nextCursor")
            if cursor?.string == nil { break }
        }
        return tools
    }

    /// Nil for one that the agent may not use.
    private func tool(_ item: JSONValue) -> ModelTool? {
        guard let name = item.member("name")?.string, server.tools.contains(name) else { return nil }
        let words = item.member("description")?.string ?? item.member("title")?.string ?? name
        let schema = item.member("inputSchema") ?? HTTPTool.noParameters
        return ModelTool(
            name: name,
            description: secrets.hidden(String(words.prefix(Self.longestDescription))),
            parameters: schema
        )
    }

    /// The result of a request. One that an older server has lost its session for was not carried out: it is sent again in a new one.
    private func ask(
        _ method: String,
        _ params: [String: JSONValue],
        headers: [String: String] = [:]
    ) async throws(RequestFailure) -> JSONValue {
        let (version, session) = state.withLock { ($0.version, $0.session) }
        var reply = try await send(method, params, as: version, session: session, headers)
        if reply.status == 404, session != nil {
            try await shakeHands()
            let (version, session) = state.withLock { ($0.version, $0.session) }
            reply = try await send(method, params, as: version, session: session, headers)
        }
        guard case .result(let result)? = reply.answer else { throw failure(of: reply) }
        return result
    }

    private func send(
        _ method: String,
        _ params: [String: JSONValue],
        as version: String?,
        session: String?,
        _ more: [String: String] = [:]
    ) async throws(RequestFailure) -> MCPWire.Reply {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        var params = params
        var headers = Self.headers(version: version, session: session)
        if version == Self.stateless {
            params["_meta"] = [
                "io.modelcontextprotocol/protocolVersion": .string(Self.stateless),
                "io.modelcontextprotocol/clientCapabilities": [:],
                "io.modelcontextprotocol/clientInfo": ["name": "trunkline", "version": "1"],
            ]
            headers["Mcp-Method"] = method
            if let name = params["name"]?.string { headers["Mcp-Name"] = MCPMessage.header(name) }
            headers.merge(more) { $1 }
        }
        return try await wire.post(MCPMessage.request(method, params, id: id), id: id, headers: headers)
    }

    private static func headers(version: String?, session: String?) -> [String: String] {
        var headers: [String: String] = [:]
        headers["MCP-Protocol-Version"] = version
        headers["Mcp-Session-Id"] = session
        return headers
    }

    /// Why there is no result.
    private func failure(of reply: MCPWire.Reply) -> RequestFailure {
        if case .failure(let code, let message, _)? = reply.answer {
            return RequestFailure("The server answered: \(message.prefix(500)) (\(code))")
        }
        guard (200..<300).contains(reply.status) else {
            return RequestFailure("The server answered \(reply.status): \(reply.words)")
        }
        return RequestFailure("The server's answer cannot be read.")
    }
}
